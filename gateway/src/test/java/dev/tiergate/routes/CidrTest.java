package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0, true",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 9.255.255.255, false",
        "10.0.0.0/8, 11.0.0.0, false",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, ::1, false",
        "::/0, ::1, true",
        "::/0, 10.0.0.1, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7/32, 192.0.2.8, false",
        "2001:db8::/32, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, true",
        "2001:db8::/32, 2001:db9::, false",
        "2001:db8:0:0:8000::/65, 2001:db8::8000:0:0:1, true",
        "2001:db8:0:0:8000::/65, 2001:db8::7fff:0:0:1, false",
        "10.0.0.0/8, ::ffff:10.1.1.1, true",
        "fe80::/10, fe80::1%eth0, true",
        "::1, ::1, true",
    })
    void a_block_holds_its_first_and_last_address_and_no_other(String block, String address, boolean inside) {
        IpAddress parsed = Objects.requireNonNull(IpAddress.parse(address));
        assertThat(new Cidr(block).contains(parsed)).isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0.0/08",
                "10.0.0.0/8/8",
                "::/129",
                "/8",
                "10.0.0/8",
                "10.0.0.1/8",
                "2001:db8::1/64",
                "fe80::1%eth0/64",
                "::ffff:10.0.0.0/8"
            })
    void anything_else_is_an_error_that_names_it(String text) {
        assertThatThrownBy(() -> new Cidr(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "2001:0DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "::ffff:1.2.3.4, 1.2.3.4",
        "::1.2.3.4, ::102:304",
        "64:ff9b::1.2.3.4, 64:ff9b::102:304",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "fe80::1%eth0, fe80::1",
    })
    void an_address_is_written_in_its_one_form(String text, String canonical) {
        assertThat(Objects.requireNonNull(IpAddress.parse(text))).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "01.2.3.4",
                "1.2.3.4%1",
                "0x7f.0.0.1",
                "2130706433",
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7",
                "::12345",
                "::g",
                "1:2:3:4:5:6:7:8::",
                "::1.2.3",
                "1.2.3.4::",
                "[::1]",
                ":1",
                "1:",
                "\u0661.2.3.4"
            })
    void anything_else_is_no_address(String text) {
        assertThat(IpAddress.parse(text)).isNull();
    }
}

package dev.tiergate.plugins;

import dev.tiergate.plugin.Decision;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import java.util.Map;

/** Whether header fields that a plugin gives can be sent at all (RFC 9110, sections 5.1 and 5.5). */
final class SendableHeaders {

    private SendableHeaders() {}

    static boolean of(Decision decision) {
        return decision.fold(
                allow -> areValid(allow.upstreamHeaders()) && areValid(allow.responseHeaders()),
                refuse -> areValid(refuse.headers()));
    }

    static boolean areValid(Map<String, String> headers) {
        for (var header : headers.entrySet()) {
            if (header.getKey().isEmpty()
                    || HttpHeaderValidationUtil.validateToken(header.getKey()) >= 0
                    || HttpHeaderValidationUtil.validateValidHeaderValue(header.getValue()) >= 0) {
                return false;
            }
        }
        return true;
    }
}

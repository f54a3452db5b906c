package dev.tiergate.entitlement;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import dev.tiergate.routes.yaml.Position;
import java.util.ArrayList;
import java.util.List;

/** Makes a CSV record a list of cells that know their places. */
final class CsvCells extends AbstractBaseCsvCallbackHandler<List<CsvCells.Cell>> {

    private List<Cell> cells = new ArrayList<>();
    private int line = 1;
    private int column;

    /** @param text without quotes and escapes */
    record Cell(String text, Position at) {}

    /** Where reading is. */
    int line() {
        return line;
    }

    @Override
    protected void handleBegin(long startingLineNumber) {
        cells = new ArrayList<>();
        line = (int) startingLineNumber;
        column = 1;
    }

    @Override
    protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
        var text = new String(buffer, offset, length);
        cells.add(new Cell(text, new Position(line, column)));
        if (quoted) {
            skipQuoted(text);
        } else {
            column += text.codePointCount(0, length);
        }
        column++; // the comma
    }

    /** In the file, a quote within quotes is written twice, and a line may end. */
    private void skipQuoted(String text) {
        column += 2;
        text.codePoints().forEach(point -> {
            column += point == '"' ? 2 : 1;
            if (point == '\n') {
                line++;
                column = 1;
            }
        });
    }

    @Override
    protected List<Cell> buildRecord() {
        return cells;
    }
}

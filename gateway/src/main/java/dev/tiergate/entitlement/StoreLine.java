package dev.tiergate.entitlement;

import dev.tiergate.entitlement.CsvCells.Cell;
import dev.tiergate.routes.yaml.Position;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One store as a file has it. */
final class StoreLine {

    private final Position start;
    private final Map<StoreColumn, Cell> cells;

    private StoreLine(Position start, Map<StoreColumn, Cell> cells) {
        this.start = start;
        this.cells = cells;
    }

    static StoreLine of(List<StoreColumn> columns, List<Cell> record, StoreProblems problems) {
        var start = record.get(0).at();
        if (record.size() != columns.size()) {
            problems.add(
                    start.line(),
                    start.column(),
                    "this line has " + record.size() + " cells, and the header " + columns.size());
        }
        var cells = new EnumMap<StoreColumn, Cell>(StoreColumn.class);
        for (int i = 0; i < Math.min(columns.size(), record.size()); i++) {
            var cell = record.get(i);
            if (!cell.text().isEmpty()) {
                cells.put(columns.get(i), cell);
                var fault = columns.get(i).fault(cell.text());
                if (fault != null) {
                    problems.add(
                            cell.at().line(),
                            cell.at().column(),
                            columns.get(i).title() + " '" + Texts.forLog(cell.text()) + "': " + fault);
                }
            }
        }
        var line = new StoreLine(start, cells);
        if (line.get(StoreColumn.EXTERNAL_ID) == null) {
            problems.add(line, StoreColumn.EXTERNAL_ID, "external_id is empty: it says which store a line is about");
        }
        return line;
    }

    /** Null where the file says nothing. */
    @Nullable
    String get(StoreColumn column) {
        var cell = cells.get(column);
        return cell == null ? null : cell.text();
    }

    /** Where the cell stands; the line's beginning where there is none. */
    Position at(StoreColumn column) {
        var cell = cells.get(column);
        return cell == null ? start : cell.at();
    }
}

import { _t } from "@web/core/l10n/translation";

const sum = (rows, name) => rows.reduce((total, row) => total + row[name], 0);

const known = (amount) => amount !== false;

/** Put neighbouring rows together, so that a long loan fits a small screen. */
export function merged(rows, limit) {
    const size = Math.max(1, Math.ceil(rows.length / Math.max(limit, 12)));
    const points = [];
    for (let start = 0; start < rows.length; start += size) {
        const part = rows.slice(start, start + size);
        points.push({
            first: part[0],
            last: part.at(-1),
            paid: sum(part, "paid"),
            overdue: sum(part, "overdue"),
            due: sum(part, "due_amount"),
            balance: part.at(-1).balance,
            outstanding: part.map((row) => row.outstanding).findLast(known) ?? null,
        });
    }
    return points;
}

/** What each instalment came to, stacked. */
export function bars(points) {
    const series = [
        ["paid", _t("Paid"), "#2e9e6b"],
        ["overdue", _t("Overdue"), "#d64545"],
        ["due", _t("Falls due"), "#8fb4e0"],
    ];
    return series.map(([name, label, backgroundColor]) => ({
        type: "bar",
        label,
        backgroundColor,
        data: points.map((point) => point[name]),
        stack: "instalment",
    }));
}

/** The debt: by the schedule, and as the ledger has it until today. */
export function lines(points) {
    const line = { type: "line", yAxisID: "debt", pointRadius: 0, borderWidth: 2 };
    return [
        {
            ...line,
            label: _t("Outstanding"),
            borderColor: "#5b3f8c",
            backgroundColor: "#5b3f8c",
            data: points.map((point) => point.outstanding),
        },
        {
            ...line,
            label: _t("Balance by the schedule"),
            borderColor: "#9a86bd",
            backgroundColor: "#9a86bd",
            borderDash: [5, 4],
            data: points.map((point) => point.balance),
        },
    ];
}

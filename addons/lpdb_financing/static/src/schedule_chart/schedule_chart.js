import { loadBundle } from "@web/core/assets";
import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { bars, lines, merged } from "./schedule_series";

import {
    Component,
    onWillStart,
    onWillUpdateProps,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";

/** The schedule of a loan: what was paid, is overdue and falls due, and the debt. */
export class ScheduleChart extends Component {
    static template = "lpdb_financing.ScheduleChart";
    static props = standardWidgetProps;

    setup() {
        this.orm = useService("orm");
        this.canvas = useRef("canvas");
        this.state = useState({ data: null });
        this.label = _t("Schedule of the loan: paid, overdue, due and outstanding");
        onWillStart(() =>
            Promise.all([loadBundle("web.chartjs_lib"), this.load(this.props)])
        );
        onWillUpdateProps((props) => this.load(props));
        useEffect(
            (data) => {
                const chart = data && new Chart(this.canvas.el, this.config(data));
                return () => chart?.destroy();
            },
            () => [this.state.data]
        );
    }

    async load({ record }) {
        const ids = record.resId ? [record.resId] : [];
        this.state.data = ids.length
            ? await this.orm.silent.call("lpdb.facility", "schedule_chart", ids)
            : null;
    }

    config(data) {
        const width = this.canvas.el.parentNode.clientWidth;
        const points = merged(data.rows, Math.floor(width / 9));
        const day = (iso) => formatDate(deserializeDate(iso));
        const short = new Intl.NumberFormat(user.lang, { notation: "compact" });
        const axis = (text) => ({
            beginAtZero: true,
            ticks: { callback: (value) => short.format(value) },
            // a phone has no room for it, and the legend says it too
            title: { display: width > 500, text },
        });
        return {
            type: "bar",
            data: {
                labels: points.map((point) => day(point.last.due)),
                datasets: [...lines(points), ...bars(points)],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                plugins: {
                    legend: { position: "bottom", labels: { boxWidth: 12 } },
                    tooltip: this.tooltip(points, day, data.currency_id),
                },
                scales: {
                    x: {
                        stacked: true,
                        grid: { display: false },
                        ticks: { maxRotation: 0, autoSkipPadding: 12 },
                    },
                    y: { ...axis(_t("Instalment")), stacked: true },
                    debt: {
                        ...axis(_t("Outstanding")),
                        position: "right",
                        grid: { display: false },
                    },
                },
            },
        };
    }

    tooltip(points, day, currencyId) {
        const title = ([{ dataIndex }]) => {
            const { first, last } = points[dataIndex];
            const dues = first === last ? [last.due] : [first.due, last.due];
            return dues.map(day).join(" – ");
        };
        const label = ({ dataset, raw }) =>
            `${dataset.label}: ${formatCurrency(raw, currencyId)}`;
        const filter = ({ dataset, raw }) => raw || dataset.type === "line";
        return { callbacks: { title, label }, filter };
    }
}

registry.category("view_widgets").add("lpdb_schedule_chart", { component: ScheduleChart });

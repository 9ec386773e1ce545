import { makeContext } from "@web/core/context";
import { deserializeDateTime, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { escape } from "@web/core/utils/strings";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { TimelineController } from "@web_timeline/views/timeline/timeline_controller.esm";
import { TimelineModel } from "@web_timeline/views/timeline/timeline_model.esm";
import { TimelineRenderer } from "@web_timeline/views/timeline/timeline_renderer.esm";
import { TimelineView } from "@web_timeline/views/timeline/timeline_view.esm";

/* global vis */
const { DateTime } = luxon;
const CENTRE = "workcenter_id";
const MOVABLE = ["held", "confirmed"];
const MINOR = { hour: "HH:mm", weekday: "ccc d", day: "d", month: "LLL", year: "yyyy" };
const MAJOR = { hour: "cccc d LLLL", month: "yyyy", year: "" };

/** Loads what is looked at only, and all lanes of all centres, free ones too. */
export class BookingTimelineModel extends TimelineModel {
    setup(params) {
        super.setup(params);
        const now = DateTime.now();
        this.range = [now.minus({ weeks: 2 }), now.plus({ weeks: 4 })];
        this.centres = [];
    }

    get byCentre() {
        return this.last_group_bys[0] === CENTRE;
    }

    async load(searchParams) {
        const [start, end] = this.range.map(serializeDateTime);
        const domain = [
            ...searchParams.domain,
            ["date_start", "<", end],
            ["date_end", ">", start],
        ];
        this.searchParams = searchParams;
        this.centres = await this.orm.searchRead(
            "mrp.workcenter",
            [],
            ["name", "lane_count"],
            { order: "sequence, id" }
        );
        await super.load({ ...searchParams, domain });
    }

    async showRange(start, end) {
        if (start < this.range[0] || end > this.range[1]) {
            this.range = [start.minus({ weeks: 2 }), end.plus({ weeks: 2 })];
            await this.load(this.searchParams);
        }
    }

    groupOf(record) {
        const centre = this.centres.find((c) => c.id === record[CENTRE][0]);
        return centre?.lane_count > 1 ? `${centre.id}-${record.lane}` : record[CENTRE][0];
    }

    /** @returns {[number, number|false]} work centre and lane of a group */
    readGroup(group) {
        const [centre, lane] = String(group).split("-").map(Number);
        return [centre, lane || false];
    }

    label(field, value) {
        return Object.fromEntries(this.fields[field].selection)[value];
    }

    _event_data_transform(record) {
        const item = super._event_data_transform(record);
        const title = record.partner_id ? record.partner_id[1] : this.label("kind", record.kind);
        const times = ["date_start", "date_end"].map((name) =>
            deserializeDateTime(record[name]).toFormat("HH:mm")
        );
        item.content = escape(title);
        item.title = escape(
            `${times.join(" - ")} ${title}, ${record.name}, ${this.label("state", record.state)}`
        );
        if (this.byCentre) {
            item.group = this.groupOf(record);
        }
        if (!MOVABLE.includes(record.state)) {
            item.editable = { updateTime: false, updateGroup: false, remove: false };
        }
        return item;
    }
}

export class BookingTimelineRenderer extends TimelineRenderer {
    static template = "factory_booking.BookingTimelineRenderer";

    get legend() {
        return this.model.colors.map(({ color, field, ast }) => ({
            color,
            label: this.model.label(field, ast.right.value),
        }));
    }

    /** A week begins today: what is past is seldom looked for. */
    _computeMode() {
        super._computeMode();
        if (this.mode.data === "week") {
            const today = DateTime.now().startOf("day");
            this.options.start = today.toJSDate();
            this.options.end = today.plus({ weeks: 1 }).toJSDate();
        }
    }

    init_timeline() {
        // the user's own zone and language, as everywhere else in the web client
        const local = (date) => DateTime.fromMillis(Number(date.valueOf()));
        const write = (patterns) => (date, scale) =>
            local(date).toFormat(patterns[scale] ?? patterns.hour);
        this.options.moment = (date) => {
            const moment = vis.moment(date);
            return moment.utcOffset(local(moment).offset);
        };
        this.options.format = {
            minorLabels: write(MINOR),
            majorLabels: (date, scale) =>
                ["weekday", "day", "week"].includes(scale)
                    ? local(date).toFormat("LLLL yyyy")
                    : write(MAJOR)(date, scale),
        };
        super.init_timeline();
        this.timeline.on("rangechanged", ({ start, end }) =>
            this.model.showRange(local(start), local(end))
        );
    }

    async split_groups(records) {
        if (!this.model.byCentre) {
            const groups = await super.split_groups(records);
            const lonely = records.some((record) => !record[this.model.last_group_bys[0]]);
            return groups
                .filter((group) => lonely || group.id !== -1)
                .map((group) => (group.id === -1 ? { ...group, content: _t("None") } : group));
        }
        return this.model.centres.flatMap((centre, order) => this.centreGroups(centre, order));
    }

    centreGroups({ id, name, lane_count: lanes }, order) {
        const group = { id, content: escape(name), order };
        if (lanes < 2) {
            return [group];
        }
        const children = [...Array(lanes).keys()].map((index) => ({
            id: `${id}-${index + 1}`,
            content: escape(_t("Lane %s", index + 1)),
            order: order + (index + 1) / (lanes + 1),
        }));
        return [{ ...group, nestedGroups: children.map((child) => child.id) }, ...children];
    }
}

export class BookingTimelineController extends TimelineController {
    async reload() {
        await this.model.load(this.getSearchProps());
        this.render();
    }

    _onGroupClick(item) {
        const [group] = this.model.readGroup(item.group);
        super._onGroupClick({ ...item, group });
    }

    /** Closing the form shows what its buttons have changed. */
    openItem(resId) {
        const props = { resModel: this.model.model_name, resId };
        this.dialogService.add(FormViewDialog, props, { onClose: () => this.reload() });
    }

    _onAdd(item, callback) {
        const start = DateTime.fromJSDate(item.start);
        const context = {
            default_date_start: serializeDateTime(start),
            default_date_end: serializeDateTime(start.plus({ hours: 1 })),
        };
        if (this.model.byCentre) {
            const [centre, lane] = this.model.readGroup(item.group);
            Object.assign(context, { default_workcenter_id: centre, default_lane: lane || 1 });
        }
        const props = {
            resModel: this.model.model_name,
            context: makeContext([this.env.searchModel.context, context]),
        };
        const onClose = () => {
            callback(null);
            this.reload();
        };
        this.dialogService.add(FormViewDialog, props, { onClose });
    }

    /** Write what has changed only: a work order's booking moves in time alone. */
    _onMove(item, callback) {
        const [centre, lane] = this.model.readGroup(item.group);
        const record = item.evt;
        const data = {
            date_start: serializeDateTime(DateTime.fromJSDate(item.start)),
            date_end: serializeDateTime(DateTime.fromJSDate(item.end)),
        };
        if (this.model.byCentre && centre !== record[CENTRE][0]) {
            data[CENTRE] = centre;
        }
        if (this.model.byCentre && (lane || 1) !== record.lane) {
            data.lane = lane || 1;
        }
        this.moveQueue.push({ id: item.id, data, item, callback });
        this.debouncedInternalMove();
    }

    /** A move that is refused goes back, and the answer says which times are free. */
    async internalMove() {
        const queue = this.moveQueue;
        this.moveQueue = [];
        let refusal = null;
        for (const { id, data, item, callback } of queue) {
            try {
                await this.model.write_completed(id, data);
                callback(item);
            } catch (error) {
                callback(null);
                refusal = error;
            }
        }
        await this.reload();
        if (refusal) {
            throw refusal;
        }
    }
}

registry.category("views").add("booking_timeline", {
    ...TimelineView,
    display_name: _t("Timeline"),
    Controller: BookingTimelineController,
    Model: BookingTimelineModel,
    Renderer: BookingTimelineRenderer,
});

/** @odoo-module ignore **/
// Small on purpose: the page works without it. No polling: the page is loaded anew when
// it comes back to the front after a minute, and every five minutes while it is looked at.
(function () {
    "use strict";
    const STALE = 60 * 1000;
    const LIMIT = 5 * STALE;
    const loaded = Date.now();

    function tick() {
        const now = Date.now() / 1000;
        for (const clock of document.querySelectorAll(".o_floor_clock")) {
            const minutes = Math.max(0, Math.floor((now - clock.dataset.since) / 60));
            const padded = String(minutes % 60).padStart(2, "0");
            clock.textContent = `${Math.floor(minutes / 60)}:${padded}`;
            clock.classList.toggle("o_floor_over", now > Number(clock.dataset.until));
        }
    }

    // somebody types, or has typed and not sent: that must not be lost
    function busy() {
        if (document.activeElement && document.activeElement.matches("input, textarea")) {
            return true;
        }
        return [...document.querySelectorAll("input, textarea")].some((input) =>
            input.type === "checkbox" || input.type === "radio"
                ? input.checked !== input.defaultChecked
                : input.type !== "hidden" && input.value !== input.defaultValue
        );
    }

    function refresh(limit) {
        if (!document.hidden && !busy() && Date.now() - loaded > limit) {
            location.replace(location.pathname + location.search);
        }
    }

    document.addEventListener("submit", (ev) => {
        const offline = document.querySelector(".o_floor_offline");
        offline.hidden = navigator.onLine;
        if (!navigator.onLine) {
            // the form stays as it was typed
            ev.preventDefault();
            offline.scrollIntoView({ block: "center" });
            return;
        }
        // one tap, one request; the pressed button's own value still goes along
        setTimeout(() => {
            for (const button of document.querySelectorAll("button")) {
                button.disabled = true;
            }
            if (ev.submitter) {
                ev.submitter.classList.add("o_floor_wait");
            }
        });
    });
    // a page from the back-forward cache has its buttons disabled
    window.addEventListener("pageshow", (ev) => ev.persisted && location.reload());
    document.addEventListener("visibilitychange", () => refresh(STALE));
    setInterval(() => {
        tick();
        refresh(LIMIT);
    }, 15 * 1000);
    tick();
})();

/** @odoo-module ignore **/
// Small on purpose: the pages work without it. Net weight, loss and yield while typing;
// the camera where the browser reads codes; photos made small before they are sent.
(function () {
    "use strict";
    const PHOTO_SIDE = 1280;
    const sign = (0.5).toLocaleString(document.documentElement.lang).charAt(1);
    const GROUPED = /^[1-9]\d{0,2}(\.\d{3})+$/;

    // the server's rule (tools/typed_number.py), which decides: what a text says in the
    // language of the page, and whether it can be read in two ways
    function understand(input) {
        const text = input ? input.value.replace(/\s/g, "") : "";
        const last = text.lastIndexOf(",") > text.lastIndexOf(".") ? "," : ".";
        const signs = text.split(last).length - 1;
        const mixed = text.includes(",") && text.includes(".");
        const grouped = !mixed && GROUPED.test(text.replaceAll(last, "."));
        const isGroup = grouped && (signs > 1 || last !== sign);
        let plain = text;
        if (mixed) {
            plain = plain.replaceAll(last === "," ? "." : ",", "");
        }
        plain = plain.replaceAll(last, isGroup ? "" : ".");
        const value = /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : text ? NaN : 0;
        return { value, unclear: isGroup && signs === 1 };
    }

    function read(input) {
        return understand(input).value;
    }

    // 1.250 may be a thousand or one and a quarter: show what it is taken for
    function echo(input) {
        let shown = input.parentElement.querySelector(".o_floor_echo");
        if (!shown) {
            shown = document.createElement("b");
            shown.className = "o_floor_echo";
            input.after(shown);
        }
        const { value, unclear } = understand(input);
        shown.hidden = !unclear;
        shown.textContent = unclear ? `= ${value}` : "";
    }

    function write(value, digits) {
        return String(Number(value.toFixed(digits))).replace(".", sign);
    }

    function showNet(form) {
        const net = form.querySelector(".o_floor_net");
        const value = read(form.elements.gross) - read(form.elements.tare);
        net.hidden = !form.elements.gross.value;
        net.classList.toggle("o_floor_bad", !(value > 0));
        net.querySelector("b").textContent = isNaN(value) ? "?" : write(value, 3);
    }

    function showLoss(form) {
        const line = form.querySelector(".o_floor_loss");
        // a zero leaves no attribute behind
        const given = (name) => Number(form.dataset[name] || 0);
        const material = given("material");
        const expected = given("expected");
        let out = 0;
        let product = 0;
        for (const input of form.querySelectorAll("[data-kg]")) {
            const weight = read(input) * Number(input.dataset.kg);
            out += weight;
            product += input.dataset.product ? weight : 0;
        }
        const goodsYield = (product / material) * 100;
        line.hidden = !product || !material;
        if (line.hidden) {
            return;
        }
        const missed = Math.abs(goodsYield - expected);
        const bad = expected > 0 && missed > given("tolerance") + 1e-9;
        line.classList.toggle("o_floor_bad", bad);
        const loss = material + given("additive") - out;
        line.querySelector(".o_floor_loss_kg").textContent = write(loss, 3);
        line.querySelector(".o_floor_yield").textContent = write(goodsYield, 1);
        if (bad) {
            form.querySelector(".o_floor_reason").open = true;
        }
    }

    function watch(selector, show) {
        for (const form of document.querySelectorAll(selector)) {
            form.addEventListener("input", () => show(form));
            show(form);
        }
    }

    // --- the camera reads a code ---

    async function find(form) {
        const finder = form.querySelector(".o_floor_finder");
        const video = finder.querySelector("video");
        const stream = await navigator.mediaDevices.getUserMedia({
            video: { facingMode: "environment" },
        });
        video.srcObject = stream;
        finder.hidden = false;
        await video.play();
        const detector = new BarcodeDetector();
        const look = async () => {
            const codes = await detector.detect(video).catch(() => []);
            if (!codes.length) {
                setTimeout(look, 200);
                return;
            }
            for (const track of stream.getTracks()) {
                track.stop();
            }
            form.elements.code.value = codes[0].rawValue;
            form.requestSubmit();
        };
        look();
    }

    function offerCamera() {
        if (!("BarcodeDetector" in window) || !navigator.mediaDevices) {
            return;
        }
        for (const button of document.querySelectorAll(".o_floor_camera")) {
            button.hidden = false;
            button.addEventListener("click", () => {
                // refused or without a camera: the number can still be typed
                find(button.form).catch(() => {
                    button.hidden = true;
                    button.form.elements.code.focus();
                });
            });
        }
    }

    // --- photos ---

    async function shrink(file) {
        const image = await createImageBitmap(file);
        const scale = Math.min(1, PHOTO_SIDE / Math.max(image.width, image.height));
        const canvas = document.createElement("canvas");
        canvas.width = image.width * scale;
        canvas.height = image.height * scale;
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0, canvas.width, canvas.height);
        return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
    }

    function sendPhotos() {
        for (const form of document.querySelectorAll(".o_floor_photo")) {
            const input = form.elements.photo;
            form.querySelector("button").hidden = true;
            input.addEventListener("change", async () => {
                const small = await shrink(input.files[0]).catch(() => null);
                if (small) {
                    const files = new DataTransfer();
                    files.items.add(new File([small], "photo.jpg", { type: small.type }));
                    input.files = files.files;
                }
                form.requestSubmit();
            });
        }
    }

    document.addEventListener("input", (ev) => {
        if (ev.target.matches("input[inputmode=decimal]")) {
            echo(ev.target);
        }
    });
    watch(".o_floor_sack", showNet);
    watch(".o_floor_produce form", showLoss);
    offerCamera();
    sendPhotos();
    // a scanner that types like a keyboard needs the field; a phone's keyboard would
    // cover half of the page
    const field = document.querySelector(".o_floor_scan input");
    if (field && window.matchMedia("(pointer: fine)").matches) {
        field.focus();
        field.select();
    }
})();

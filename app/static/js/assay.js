/* The script of every page. All pages work without it; every sentence it says comes from data-text-* on <body>. */
"use strict";

(() => {
  const body = document.body;
  const language = document.documentElement.lang || "en";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const say = (key, values = {}) =>
    (body.dataset["text" + key[0].toUpperCase() + key.slice(1)] || "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const clock = (moment) => {
    const when = new Date(moment || Date.now());
    const today = when.toDateString() === new Date().toDateString();
    const shape = today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
    return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { ...shape, hourCycle: "h23" }).format(isNaN(when) ? Date.now() : when);
  };
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  /* One submission at a time. The server is safe against repeats; this only spares people the wait. */
  const free = (form) => {
    delete form.dataset.sent;
    all("button[data-resting]", form).forEach((button) => { button.disabled = false; delete button.dataset.resting; });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    /* Later than this event, so that the pressed button's name and value are sent. */
    setTimeout(() => all("button:not(:disabled)", form).forEach((button) => {
      button.disabled = true;
      button.dataset.resting = "1";
    }));
    setTimeout(free, 5000, form);
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach(free));

  /* Counters. Counted as app/calls/form_schema/counting.py does. */
  const whisper = make("div", "hidden-text");
  whisper.setAttribute("aria-live", "polite");
  let whispering;
  function count(input) {
    const place = document.querySelector(`[data-count-for="${CSS.escape(input.id)}"]`);
    if (!place) return;
    const limit = Number(input.dataset.countLimit);
    const text = input.value;
    const used = input.dataset.countUnit === "words" ? (text.match(/[^\s\u0085\ufeff]+/g) || []).length
      : [...text.replace(/^[\s\u0085\ufeff]+|[\s\u0085\ufeff]+$/g, "").normalize("NFC")].length;
    const over = used > limit;
    place.textContent = over ? say("over", { n: used - limit }) : say("left", { n: limit - used });
    place.classList.toggle("over-limit", over);
    if (document.activeElement !== input || used < limit * 0.9) return;
    clearTimeout(whispering);
    whispering = setTimeout(() => { whisper.textContent = place.textContent; }, 1000);
  }
  const counted = all("[data-count-limit]");
  if (counted.length) body.append(whisper);
  counted.forEach((input) => { count(input); input.addEventListener("input", () => count(input)); });

  /* Text that waits on this device is sent by whatever page comes next; pages without a form load the script only then. */
  globalThis.assay = { all, say, make, clock, count };
  function textWaits() { try { return Object.keys(localStorage).some((key) => key.startsWith("assay:queue:")); } catch { return false; } }
  if (!document.querySelector("form[data-autosave]") && textWaits()) {
    const script = make("script");
    script.src = body.dataset.autosaveScript;
    body.append(script);
  }

  /* Score sheets: j and k walk, digits score, n is not applicable. Single keys can be turned off (WCAG 2.1.4). */
  const criteria = all("[data-criterion]");
  const here = (criterion) => criteria.forEach((other) => other.toggleAttribute("data-here", other === criterion));
  function keysOn() { try { return localStorage.getItem("assay:keys") !== "off"; } catch { return true; } }
  const place = document.querySelector("[data-keys]");
  if (criteria.length && place) {
    criteria.forEach((criterion) => { if (!criterion.hasAttribute("tabindex")) criterion.tabIndex = -1; });
    document.addEventListener("focusin", (event) => { const found = event.target.closest("[data-criterion]"); if (found) here(found); });
    const label = make("label", "row");
    const box = make("input");
    box.type = "checkbox";
    box.checked = keysOn();
    box.addEventListener("change", () => { try { localStorage.setItem("assay:keys", box.checked ? "on" : "off"); } catch { /* for this page only */ } });
    label.append(box, say("keys"));
    place.replaceChildren(label);
    place.hidden = false;
    document.addEventListener("keydown", (event) => {
      const target = event.target;
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !keysOn()) return;
      if (target.matches("textarea, select, [contenteditable]") || (target.matches("input") && !/^(radio|checkbox)$/.test(target.type))) return;
      const at = criteria.findIndex((criterion) => criterion.hasAttribute("data-here"));
      if (event.key === "j" || event.key === "k") {
        const next = criteria[Math.min(criteria.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)))];
        next.focus({ preventScroll: true });
        next.scrollIntoView({ block: "nearest" });
        event.preventDefault();
      } else if (/^[0-9n]$/.test(event.key) && at >= 0) {
        const wanted = event.key === "n" ? "na" : event.key;
        const radio = all("input[type=radio]", criteria[at]).find((input) => input.value === wanted && !input.disabled);
        if (!radio) return;
        radio.checked = true;
        radio.focus();
        for (const name of ["input", "change"]) radio.dispatchEvent(new Event(name, { bubbles: true }));
        event.preventDefault();
      }
    });
  }

  /* The two tabs of a split page on a phone: say which is open, and come back to where one was. */
  const tabs = all(".split-tabs a");
  function tell() {
    const open = tabs.find((tab) => document.querySelector(tab.hash)?.getClientRects().length);
    tabs.forEach((tab) => { if (tab === open) tab.setAttribute("aria-current", "true"); else tab.removeAttribute("aria-current"); });
  }
  if (tabs.length) {
    tell();
    addEventListener("hashchange", () => {
      tell();
      if (location.hash === "#pane-right") document.querySelector("[data-here]")?.scrollIntoView({ block: "center" });
    });
  }

  /* Countdowns in the last week; data-now, when given, is the server's clock at the time of the page. */
  const loaded = Date.now();
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  function tick() {
    all("time[data-countdown]").forEach((element) => {
      const skew = element.dataset.now ? Date.parse(element.dataset.now) - loaded : 0;
      const minutes = (Date.parse(element.dateTime) - Date.now() - skew) / 60000;
      if (isNaN(minutes) || Math.abs(minutes) > 7 * 1440) return;
      const size = Math.abs(minutes);
      element.textContent = size >= 2880 ? relative.format(Math.trunc(minutes / 1440), "day")
        : size >= 120 ? relative.format(Math.trunc(minutes / 60), "hour")
        : relative.format(Math.trunc(minutes), "minute");
    });
  }
  if (document.querySelector("time[data-countdown]")) { tick(); setInterval(tick, 20000); }

  document.querySelector("[data-focus]")?.focus();
})();

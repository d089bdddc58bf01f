/* Sending: each edit of an open page until the server has taken it, and what pages that are closed could not send. */
"use strict";

(() => {
  const { all, say, make, clock, queues: { viewer, orphans, drop } } = globalThis.assay;
  const engines = [];
  const pathOf = (url) => new URL(url, location.href).pathname;

  const token = () => document.querySelector("input[name=csrf_token]")?.value || "";
  async function renewToken() {
    const response = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("input[name=csrf_token]")?.value;
    /* Somebody else signed in here meanwhile: this page's words are not theirs to send. */
    if (page.body.dataset.viewer !== viewer) return false;
    if (fresh) all("input[name=csrf_token]").forEach((input) => { input.value = fresh; });
    return true;
  }
  async function transmit(url, body, renewed = false) {
    body.set("csrf_token", token());
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), 20000);
    let response;
    let answer = {};
    try {
      response = await fetch(url, { method: "POST", body, headers: { "X-Autosave": "1", Accept: "application/json" }, credentials: "same-origin", redirect: "manual", signal: stop.signal, keepalive: String(body).length < 60000 });
      if (response.type !== "opaqueredirect") answer = await response.json().catch(() => ({}));
      if (response.status === 400 && !renewed) return await renewToken() ? await transmit(url, body, true) : { trouble: "signin" };
    } catch { return { trouble: "offline" }; } finally { clearTimeout(limit); }
    if (response.status === 401 || response.type === "opaqueredirect") return { trouble: "signin" };
    if (response.ok && answer.version !== undefined) return { answer };
    if (response.status === 409) return { trouble: "conflict" };
    if (/^(404|410)$/.test(response.status)) return { trouble: "gone" };
    return /^(413|422)$/.test(response.status) ? { trouble: "refused", detail: answer.detail || "" } : { trouble: "failed" };
  }
  function patch(queue) {
    const body = new URLSearchParams({ version: queue.version, "patch:client": queue.client, "patch:sequence": queue.seq });
    body.set("patch:bases", JSON.stringify(Object.fromEntries(Object.entries(queue.fields).map(([name, edit]) => [name, edit.b]))));
    if (document.querySelector("[data-question].field-wrong")) body.set("page:mends", "1");
    for (const [name, edit] of Object.entries(queue.fields)) (edit.v.length ? edit.v : [""]).forEach((value) => body.append(name, value));
    return transmit(queue.url, body);
  }

  /* What pages that are closed could not send, told in one place. */
  let bar;
  let told;
  function post(tone, inside) {
    if (!bar) {
      bar = make("div");
      bar.setAttribute("role", "status");
      (document.querySelector("main h1") || document.querySelector("main")?.firstElementChild)?.after(bar);
    }
    const note = make("div", `notice is-${tone}`);
    note.append(make("span"), inside);
    bar.append(note);
    return note;
  }
  function tell(tone, text, href) {
    const inside = make("div", "notice-body");
    const words = make("p", "", `${text} `);
    if (href && pathOf(href) !== location.pathname) {
      const link = make("a", "", say("look"));
      link.href = pathOf(href);
      words.append(link);
    }
    inside.append(words);
    told?.remove();
    told = post(tone, inside);
  }
  /* What the server will not take any more: to be read, copied and put away by its writer; sent again with the next page only. */
  const stuck = new Set();
  function hold(queue, detail) {
    stuck.add(queue.client);
    const inside = make("div", "notice-body stack");
    const shown = make("details");
    shown.append(make("summary", "", say("show")));
    for (const edit of Object.values(queue.fields)) shown.append(make("blockquote", "keep-lines", edit.v.join(", ") || "–"));
    const away = make("button", "button button-small", say("drop"));
    away.type = "button";
    inside.append(make("p", "", `${say("stuck", { time: clock(queue.at) })} ${detail || ""}`.trim()), shown, away);
    const note = post("warning", inside);
    away.addEventListener("click", () => { drop(queue); note.remove(); });
  }
  let replaying;
  const replay = () => (replaying ||= resend().finally(() => { replaying = null; }));
  async function resend() {
    for (const queue of await orphans()) {
      if (queue.simple) {
        if (Date.now() - queue.at > 14 * 864e5) drop(queue);
        continue;
      }
      if (stuck.has(queue.client)) continue;
      const { answer, trouble, detail } = await patch(queue);
      if (/^(refused|gone)$/.test(trouble)) {
        hold(queue, detail);
        continue;
      }
      if (!answer) {
        tell("warning", say(trouble === "signin" ? "signin" : "queued", { time: clock(queue.at) }) + (detail ? ` ${detail}` : ""), queue.url);
        if (trouble === "offline" || trouble === "signin") return;
        continue;
      }
      drop(queue);
      const here = engines.find((engine) => pathOf(engine.url) === pathOf(queue.url));
      here?.adopt(queue, answer);
      if (answer.repeated) continue;
      const late = Object.values(answer.aside || {}).length;
      const two = (answer.texts || []).some((text) => text.name in queue.fields);
      tell(late || two ? "warning" : "success", say(late ? "late" : two ? "two" : "replayed", { time: clock(queue.at) }), queue.url);
    }
  }

  globalThis.assay.sending = { engines, pathOf, transmit, patch, tell, replay };
})();

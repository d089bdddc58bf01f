/* Files on their way: sent in pieces, paused when the line breaks, resumed after a closed tab with the same file.
   Without this script the plain form sends them. Its sentences are attributes of [data-upload-words]. */
"use strict";

(() => {
  const form = document.querySelector("form[data-uploads]");
  const words = document.querySelector("[data-upload-words]")?.dataset;
  if (!form || !words) return;
  const language = document.documentElement.lang || "en";
  const PREFIX = `assay:${document.body.dataset.viewer}:upload:`;
  const PIECE = 512 * 1024;
  const SAMPLE = 64 * 1024;
  const RETRIES = [0, 1000, 3000, 5000, 10000, 20000, ...Array(30).fill(30000)];
  const say = (key, values = {}) => (words[key] || "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };
  const percent = (part) => new Intl.NumberFormat(language, { style: "percent" }).format(part);
  const amount = (value, unit, digits = 0) =>
    new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: digits }).format(value);
  const bytes = (size) => (size < 1e6 ? amount(Math.ceil(size / 1024), "kilobyte") : amount(size / 1048576, "megabyte", 1));
  const span = (seconds) => (seconds < 90 ? amount(Math.max(1, Math.round(seconds)), "second") : amount(Math.round(seconds / 60), "minute"));
  const token = () => form.elements.namedItem("csrf_token").value;
  const sending = new Set();

  let loading;
  const library = () => (loading ||= new Promise((done, fail) => {
    const script = make("script");
    script.src = form.dataset.tus;
    script.onload = () => done(window.tus);
    script.onerror = () => { loading = null; script.remove(); fail(new Error("library")); };
    document.head.append(script);
  }));

  /* What this device knows of uploads that were begun: where they are, never what is in them. */
  const store = {
    read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    write(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* then it cannot be resumed after a reload */ } },
    forget(key) { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
    all() { try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; } },
  };
  const addresses = (line) => ({
    findAllUploads: async () => [],
    findUploadsByFingerprint: async (key) => {
      const found = store.read(key);
      return found && found.size === line.file.size ? [{ ...found, urlStorageKey: key, metadata: {} }] : [];
    },
    removeUpload: async (key) => store.forget(key),
    addUpload: async (key, upload) => {
      store.write(key, { uploadUrl: upload.uploadUrl, size: upload.size, creationTime: upload.creationTime, name: line.file.name, question: line.question, page: form.dataset.uploads, sent: 0 });
      return key;
    },
  });

  /* The same file is known again by its size and by what its beginning and end hold; names and dates change on phones. */
  async function fingerprint(file, endpoint) {
    const parts = [new TextEncoder().encode(`${endpoint} ${file.size} ${file.name}`)];
    for (const part of [file.slice(0, SAMPLE), file.slice(-SAMPLE)]) parts.push(new Uint8Array(await part.arrayBuffer()));
    let one = 0xdeadbeef, two = 0x41c6ce57;
    for (const part of parts) for (const value of part) {
      one = Math.imul(one ^ value, 2654435761);
      two = Math.imul(two ^ value, 1597334677);
    }
    return PREFIX + (one >>> 0).toString(36) + (two >>> 0).toString(36);
  }

  const fieldOf = (question) => form.querySelector(`[data-question="${CSS.escape(question)}"]`);

  function lineFor(question, file) {
    const place = make("div", "upload");
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", file.name);
    const bar = make("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", say("progress", { name: file.name }));
    const state = make("span", "upload-state");
    state.setAttribute("role", "status");
    const figures = make("span", "note");
    const buttons = make("span", "row");
    place.append(make("strong", "upload-name", file.name), bar, figures, state, buttons);
    const field = fieldOf(question);
    field.insertBefore(place, field.querySelector("input[type=file]"));
    return { question, file, place, bar, state, figures, buttons };
  }

  function button(line, key, act) {
    const element = make("button", "button button-small", say(key));
    element.type = "button";
    element.append(make("span", "hidden-text", ` ${line.file.name}`));
    element.addEventListener("click", act);
    return element;
  }

  function show(line, state, ...buttons) {
    return tell(line, state, say(state), ...buttons);
  }

  function tell(line, state, text, ...buttons) {
    line.state.textContent = text;
    line.place.dataset.state = state;
    const had = line.buttons.contains(document.activeElement);
    line.buttons.replaceChildren(...buttons);
    if (had) buttons[0]?.focus();
  }

  function progress(line, sent, all) {
    line.bar.value = all ? sent / all : 0;
    const seconds = (Date.now() - line.since) / 1000, speed = (sent - line.from) / seconds;
    const left = speed > 0 && seconds > 2 && sent < all ? say("left", { time: span((all - sent) / speed) }) : "";
    line.figures.textContent = [say("sent", { percent: percent(sent / all), sent: bytes(sent), all: bytes(all) }), left].filter(Boolean).join(" · ");
    line.bar.setAttribute("aria-valuetext", line.figures.textContent);
  }

  /* What the server will never take however often it is sent: no bar, its own words, and the way to another file. */
  const REFUSED = [403, 413, 422];
  function refused(line, detail) {
    line.bar.remove();
    line.figures.remove();
    return tell(line, "refused", detail || say("failed"), button(line, "other", () => fieldOf(line.question).querySelector("input[type=file]").click()));
  }

  const detailOf = (response) => { try { return JSON.parse(response.getBody()).detail; } catch { return ""; } };
  const cancel = (line) => button(line, "cancel", () => {
    sending.delete(line);
    line.upload?.abort(true).catch(() => {});
    if (line.key) store.forget(line.key);
    line.place.remove();
    fieldOf(line.question).querySelector("input[type=file]")?.focus();
  });
  const pause = (line) => button(line, "pause", () => { line.upload.abort(); sending.delete(line); show(line, "paused", button(line, "resume", () => go(line)), cancel(line)); });

  function failed(line, error) {
    sending.delete(line);
    const status = error.originalResponse?.getStatus() || 0;
    const again = button(line, "again", () => go(line));
    if (!status) { line.waiting = true; return show(line, "offline", again, cancel(line)); }
    if (status === 401 || status === 400) return show(line, "signin", again, cancel(line));
    if (line.key) store.forget(line.key);
    const detail = detailOf(error.originalResponse);
    return REFUSED.includes(status) ? refused(line, detail) : tell(line, "failed", detail || say("failed"), again, cancel(line));
  }

  async function attached(line, response) {
    if (response?.getHeader("Assay-Upload") !== "attached") {
      /* Everything had come, but its answer was lost: ask for it once more. */
      const answer = await fetch(line.upload.url, {
        method: "PATCH", credentials: "same-origin",
        headers: { "Tus-Resumable": "1.0.0", "X-CSRFToken": token(), "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(line.file.size) },
      });
      if (!answer.ok) {
        sending.delete(line);
        const problem = await answer.json().catch(() => ({}));
        if (REFUSED.includes(answer.status)) { store.forget(line.key); return refused(line, problem.detail); }
        return tell(line, "failed", problem.detail || say("failed"), button(line, "again", () => go(line)), cancel(line));
      }
    }
    store.forget(line.key);
    sending.delete(line);
    show(line, "done");
    await list(line);
  }

  /* Show the list of files as the server has it now; the rest of the page is left as it is typed. */
  async function list(line) {
    const answer = await fetch(form.dataset.uploads, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(`[data-question="${CSS.escape(line.question)}"] .files`);
    const field = fieldOf(line.question);
    if (!fresh) return;
    field.querySelector(".files")?.remove();
    field.insertBefore(fresh, field.querySelector(".upload, input[type=file]"));
    globalThis.assay.showing(form).mended([...form.querySelectorAll("[data-question]")].map((one) => one.dataset.question).filter((one) => one !== line.question));
    setTimeout(() => line.place.remove(), 4000);
  }

  function upload(line, tus) {
    return new tus.Upload(line.file, {
      endpoint: line.endpoint,
      chunkSize: PIECE,
      retryDelays: RETRIES,
      metadata: { filename: line.file.name },
      fingerprint: () => Promise.resolve(line.key),
      urlStorage: addresses(line),
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", token()),
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() || 0;
        const retry = (!status && navigator.onLine) || [409, 423, 429, 460].includes(status) || status >= 500;
        if (retry) show(line, "retrying", pause(line), cancel(line));
        return retry;
      },
      onProgress: (sent, all) => {
        if (line.place.dataset.state !== "sending") show(line, "sending", pause(line), cancel(line));
        line.since ??= Date.now();
        line.from ??= sent;
        progress(line, sent, all);
      },
      onChunkComplete: (_, accepted) => {
        const kept = store.read(line.key);
        if (kept) store.write(line.key, { ...kept, sent: accepted });
      },
      onError: (error) => failed(line, error),
      onSuccess: (payload) => attached(line, payload?.lastResponse).catch(() => failed(line, {})),
    });
  }

  async function go(line) {
    sending.add(line);
    line.waiting = false;
    line.since = line.from = undefined;
    show(line, "starting", cancel(line));
    try {
      const tus = await library();
      line.key ||= await fingerprint(line.file, line.endpoint);
      if (!line.upload) {
        line.upload = upload(line, tus);
        const [found] = await line.upload.findPreviousUploads();
        if (found) line.upload.resumeFromPreviousUpload(found);
      }
      if (sending.has(line)) line.upload.start();
    } catch (error) { failed(line, error); }
  }

  const lines = [];
  form.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file" || !input.files.length) return;
    const question = input.name;
    fieldOf(question).querySelectorAll(".upload[data-state=refused]").forEach((line) => line.remove());
    for (const file of input.files) {
      const line = lineFor(question, file);
      line.endpoint = `${form.dataset.uploads}/uploads/${encodeURIComponent(question)}`;
      lines.push(line);
      go(line);
    }
    input.value = "";
    form.querySelectorAll(".upload[data-state=unfinished]").forEach((note) => note.remove());
  });

  addEventListener("offline", () => [...sending].forEach((line) => {
    line.upload?.abort();
    failed(line, {});
  }));
  addEventListener("online", () => lines.filter((line) => line.waiting).forEach(go));
  addEventListener("beforeunload", (event) => { if (sending.size) event.preventDefault(); });

  /* The first press of a button while a file is on its way only says so. */
  let told = false;
  form.addEventListener("submit", (event) => {
    if (!sending.size || told) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    told = true;
    sending.forEach((line) => { line.state.textContent = say("busy"); line.place.scrollIntoView({ block: "nearest" }); });
  }, true);

  /* What an earlier visit began and did not finish. */
  store.all().map((key) => ({ key, ...store.read(key) })).filter((kept) => kept.page === form.dataset.uploads).forEach((kept) => {
    const field = fieldOf(kept.question);
    if (!field) return store.forget(kept.key);
    const note = make("p", "upload", say("unfinished", { name: kept.name, percent: percent(kept.sent / kept.size || 0) }));
    note.dataset.state = "unfinished";
    const drop = make("button", "button button-small", say("forget"));
    drop.type = "button";
    drop.addEventListener("click", () => {
      store.forget(kept.key);
      note.remove();
      fetch(kept.uploadUrl, { method: "DELETE", credentials: "same-origin", headers: { "Tus-Resumable": "1.0.0", "X-CSRFToken": token() } }).catch(() => {});
    });
    note.append(" ", drop);
    field.insertBefore(note, field.querySelector("input[type=file]"));
  });
})();

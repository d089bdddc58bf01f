// Says every 20 seconds that this page is open, and shows who else has the proposal open. Nothing is kept but a minute.
"use strict";
(() => {
  const place = document.querySelector("[data-presence]");
  const token = document.querySelector("input[name=csrf_token]");
  if (!place || !token) return;
  const EVERY = 20000;

  const show = (sentences) => {
    const now = [...place.querySelectorAll("p")].map((p) => p.textContent).join("\n");
    if (now === sentences.join("\n")) return;
    place.replaceChildren(...sentences.map((sentence) => Object.assign(document.createElement("p"), { className: "note", textContent: sentence })));
  };

  const beat = async () => {
    if (document.hidden) return;
    const data = new FormData();
    data.append("csrf_token", token.value);
    data.append("section", place.dataset.section);
    try {
      const answer = await fetch(place.dataset.presence, { method: "POST", body: data, redirect: "manual", headers: { "X-Presence": "1" } });
      if (answer.ok) show((await answer.json()).present);
      else if (answer.type === "opaqueredirect" || answer.status === 404) clearInterval(timer);
    } catch { /* the network is away; the next beat asks again */ }
  };

  const timer = setInterval(beat, EVERY);
  document.addEventListener("visibilitychange", beat);
  beat();
})();

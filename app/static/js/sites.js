/* Sites of the registry that fit what is being typed, where there are too many for one list. */
"use strict";

(() => {
  const list = document.getElementById("known-sites");
  if (!list?.dataset.search) return;
  let timer, asked = "";
  const offer = (sites) => list.replaceChildren(...sites.map(([id, label]) => new Option(label, id)));
  async function ask(words) {
    asked = words;
    try {
      const answer = await fetch(`${list.dataset.search}?q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } });
      const { sites } = answer.ok ? await answer.json() : {};
      if (sites && words === asked) offer(sites);
    } catch { asked = ""; }  /* no network: what is typed stays, and the button searches later */
  }
  document.addEventListener("input", ({ target }) => {
    if (target.getAttribute("list") !== list.id) return;
    const words = target.value.trim();
    clearTimeout(timer);
    if (words.length < 2 || words === asked || [...list.options].some((option) => option.value === words)) return;
    timer = setTimeout(ask, 300, words);
  });
})();

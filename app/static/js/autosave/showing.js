/* What the page shows of saving: the honest state beside each field, what is wrong with it, and texts that wait beside it. */
"use strict";

(() => {
  const { all, make, fields: { named } } = globalThis.assay;

  globalThis.assay.showing = (form) => {
    const total = form.querySelector("[data-save-state]") || document.querySelector("[data-save-state]");
    total?.setAttribute("role", "status");

    /* The honest state: beside each field that was touched, and of the whole form where it is saved. */
    function spot(name) {
      const field = named(form, name)[0]?.closest(".field, .criterion");
      if (!field) return null;
      let place = field.querySelector(":scope > .under > [data-save-state]");
      if (!place) {
        place = make("span", "save-state");
        place.dataset.saveState = "";
        let under = field.querySelector(":scope > .under");
        if (!under) field.append(under = make("p", "under"));
        under.append(place);
      }
      return place;
    }
    const show = (names, state, text) => [...names.map(spot), total].forEach((place) => {
      if (!place) return;
      place.dataset.state = state;
      if (place.textContent !== text) place.textContent = text;
    });

    function mark(errors, names) {
      names.forEach((name) => all("[data-auto-error]", form).filter((one) => one.dataset.autoError === name).forEach((one) => {
        all(`[aria-describedby~="${one.id}"]`, form).forEach((input) => {
          input.removeAttribute("aria-invalid");
          input.setAttribute("aria-describedby", input.getAttribute("aria-describedby").replace(one.id, "").trim());
        });
        one.remove();
      }));
      for (const [name, message] of Object.entries(errors || {})) {
        const input = named(form, name)[0];
        const field = input?.closest(".field, .criterion");
        if (!field) continue;
        const one = make("p", "field-error", message);
        one.id = `auto-error-${input.id || name}`;
        one.dataset.autoError = name;
        field.append(one);
        input.setAttribute("aria-invalid", "true");
        input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") || ""} ${one.id}`.trim());
      }
    }

    /* What the page itself said is wrong goes away once it is mended: beside the question, and in the summary above. */
    function mended(wrong) {
      const done = all("[data-question].field-wrong", form).filter((field) => !wrong.includes(field.dataset.question));
      done.forEach((field) => {
        all("[id$='-error']", field).filter((one) => !one.dataset.autoError).forEach((one) => one.remove());
        all("[aria-invalid]", field).filter((input) => !field.querySelector(`[id="auto-error-${input.id}"]`)).forEach((input) => input.removeAttribute("aria-invalid"));
        [field, ...all(".field-wrong", field)].forEach((one) => one.classList.remove("field-wrong"));
        const summary = document.querySelector(".error-summary");
        all("a[href^='#']", summary || undefined).forEach((link) => {
          const target = document.getElementById(link.hash.slice(1));
          if (summary?.contains(link) && target && field.contains(target)) link.closest("li").remove();
        });
        if (summary && !summary.querySelector("li")) summary.remove();
      });
    }

    /* Texts that wait beside an answer: the server's own words, put beside the question. */
    function showTexts(texts) {
      const wanted = new Map((texts || []).map((text) => [text.id, text]));
      all("[data-text]", form).forEach((block) => { if (!wanted.has(block.dataset.text)) block.remove(); });
      wanted.forEach((text) => {
        const block = new DOMParser().parseFromString(text.html, "text/html").body.firstElementChild;
        const shown = form.querySelector(`[data-text="${CSS.escape(text.id)}"]`);
        if (shown?.contains(document.activeElement)) return;
        if (shown) return shown.replaceWith(block);
        const input = named(form, text.name)[0];
        const question = input?.closest("[data-question]") || form.querySelector(`[data-question="${CSS.escape(text.name.split(".")[0])}"]`);
        question?.after(block);
      });
    }

    return { show, mark, mended, showTexts };
  };
})();

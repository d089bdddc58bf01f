/* Values of a form, by the names of its fields. */
"use strict";

(() => {
  const { count } = globalThis.assay;
  const PRIVATE = /^(csrf_token|idempotency_key|version|form_mark|settle|(page|patch):.*)$/;
  const NO_TEXT = /^(file|password|submit|button|image|reset|hidden|fieldset)$/;
  const PICK = /^(checkbox|radio)$/;
  const same = (one, other) => JSON.stringify(one ?? []) === JSON.stringify(other ?? []);
  const isTyped = ({ name, type }) => Boolean(name) && !PRIVATE.test(name) && !NO_TEXT.test(type);
  const named = (form, name) => [...form.elements].filter((input) => input.name === name && !NO_TEXT.test(input.type));
  function valuesOf(inputs) {
    const list = [];
    for (const input of inputs) {
      if (PICK.test(input.type)) { if (input.checked) list.push(input.value); }
      else if (input.type === "select-multiple") list.push(...[...input.selectedOptions].map((option) => option.value));
      else list.push(input.value);
    }
    return list;
  }
  function values(form) {
    const groups = {};
    for (const input of form.elements) if (isTyped(input)) (groups[input.name] ||= []).push(input);
    return Object.fromEntries(Object.entries(groups).map(([name, inputs]) => [name, valuesOf(inputs)]));
  }
  function put(form, fields) {
    for (const [name, list] of Object.entries(fields)) {
      let next = 0;
      named(form, name).forEach((input) => {
        if (PICK.test(input.type)) input.checked = list.includes(input.value);
        else if (input.type === "select-multiple") [...input.options].forEach((option) => { option.selected = list.includes(option.value); });
        else input.value = list[next++] ?? "";
        if (input.dataset.countLimit) count(input);
        input.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }
  }

  globalThis.assay.fields = { same, isTyped, named, valuesOf, values, put };
})();

/* Forms while they are filled in: what is asked, what must be answered, checks and sums. The page works without it, and the
   server decides. The language is that of app/calls/form_schema/expressions; tests/calls/expressions.json holds both to it. */
"use strict";

(() => {
  /* Numbers are exact fractions {n, d}; dates {day}; lists are arrays; nothing is null. */
  const gcd = (a, b) => { while (b) [a, b] = [b, a % b]; return a < 0n ? -a : a; };
  const fraction = (n, d = 1n) => { const g = gcd(n, d) || 1n; return { n: n / g, d: d / g }; };
  const decimal = (text) => {
    const [whole, rest = ""] = text.split(".");
    return fraction(BigInt(whole + rest), 10n ** BigInt(rest.length));
  };
  const isNumber = (v) => v !== null && typeof v === "object" && "n" in v;
  const isDay = (v) => v !== null && typeof v === "object" && "day" in v;
  const plus = (a, b) => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
  const minus = (a, b) => fraction(a.n * b.d - b.n * a.d, a.d * b.d);
  const order = (a, b) => (isNumber(a) ? a.n * b.d - b.n * a.d : a.day < b.day ? -1 : a.day > b.day ? 1 : 0);
  const whole = (count) => fraction(BigInt(count));
  const listed = (v) => (Array.isArray(v) ? v : v === null ? [] : [v]);
  const isNothing = (v) => v === null || v === "" || (Array.isArray(v) && v.every(isNothing));
  const typeOf = (v) => (Array.isArray(v) ? "list" : isNumber(v) ? "number" : isDay(v) ? "day" : typeof v);

  const BLANK = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
  const OUTER = new RegExp(`^[${BLANK}]+|[${BLANK}]+$`, "g");
  const BLANKS = new RegExp(`[${BLANK}]+`, "g");
  const clean = (text) => text.replace(/\r\n?/g, "\n").replace(/[\0-\x08\x0b-\x1f]/g, "").replace(OUTER, "");

  function counted(text, unit) {
    if (unit === "words") return (text.match(/[^\s\u0085\ufeff]+/g) || []).length;
    return [...text.replace(/\r\n?/g, "\n").replace(/^[\s\u0085\ufeff]+|[\s\u0085\ufeff]+$/g, "").normalize("NFC")].length;
  }

  function readDay(text) {
    if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < "0001") return null;
    const [year, month, day] = text.split("-").map(Number);
    const found = new Date(Date.UTC(2000, month - 1, day));
    found.setUTCFullYear(year, month - 1, day);
    return found.getUTCMonth() === month - 1 && found.getUTCDate() === day ? { day: text, at: found.getTime() / 864e5 } : null;
  }

  /* As app/calls/amounts.py reads numbers: 340000, 340 000,50, 340.000,50 or 340,000.50; nothing when it can mean two. */
  function readNumber(typed, decimals) {
    let bare = typed.replace(BLANKS, "").replace(/['’]/g, "");
    for (const edge of [/^€/, /€$/, /^EUR/, /EUR$/]) bare = bare.replace(edge, "");
    if (!/^\d[\d.,]*$/.test(bare)) return null;
    const marks = bare.match(/[.,]/g) || [];
    let groups = bare, rest = "", grouping = new Set();
    if (marks.length) {
      const last = marks[marks.length - 1], at = bare.lastIndexOf(last);
      groups = bare.slice(0, at);
      rest = bare.slice(at + 1);
      grouping = new Set(marks.slice(0, -1).filter((mark) => mark !== last));
      if (marks.filter((mark) => mark === last).length > 1 || (rest.length === 3 && marks.length === 1 && decimals !== 3)) {
        if (new Set(marks).size > 1) return null;
        [groups, rest, grouping] = [bare, "", new Set([last])];
      }
      const [first, ...others] = groups.split(/[.,]/);
      const grouped = grouping.size ? first && first.length <= 3 && others.every((part) => part.length === 3) : /^\d+$/.test(groups);
      if (grouping.size > 1 || !grouped || rest.length > decimals) return null;
    }
    const found = decimal(groups.replace(/[.,]/g, "") + (rest ? "." + rest : ""));
    return found.n < 10n ** 13n * found.d ? found : null;
  }

  const same = (one, other) => {
    if (one === null || typeOf(one) !== typeOf(other)) return false;
    if (Array.isArray(one)) return one.length === other.length && one.every((v, i) => same(v, other[i]));
    return isNumber(one) || isDay(one) ? order(one, other) == 0 : one === other;
  };
  const numbers = (v) => listed(v).filter(isNumber);
  const outermost = (v, sign) => numbers(v).reduce((best, one) => (best === null || order(one, best) * BigInt(sign) > 0n ? one : best), null);
  const CALLS = {
    count: (v) => whole(listed(v).filter((one) => !isNothing(one)).length),
    sum: (v) => numbers(v).reduce(plus, whole(0)),
    min: (v) => outermost(v, -1),
    max: (v) => outermost(v, 1),
    length: (v) => whole(typeof v === "string" ? counted(v, "characters") : 0),
    words: (v) => whole(typeof v === "string" ? counted(v, "words") : 0),
    empty: isNothing,
    filled: (v) => !isNothing(v),
    date: (v) => (typeof v === "string" ? readDay(v) : null),
    days: (one, other) => (isDay(one) && isDay(other) ? whole(other.at - one.at) : null),
  };

  function workedOut(sign, a, b) {
    if (!isNumber(a) || !isNumber(b) || (sign === "/" && b.n === 0n)) return null;
    if (sign === "+") return plus(a, b);
    if (sign === "-") return minus(a, b);
    if (sign === "*") return fraction(a.n * b.n, a.d * b.d);
    const sense = b.n < 0n ? -1n : 1n;
    return fraction(sense * a.n * b.d, sense * a.d * b.n);
  }

  function operation(sign, a, b) {
    if ("+-*/".includes(sign)) return workedOut(sign, a, b);
    if (sign === "in") return listed(a).some((one) => listed(b).some((other) => same(one, other)));
    if (a === null || b === null) return false;
    if (sign === "=" || sign === "!=") return same(a, b) === (sign === "=");
    if (typeOf(a) !== typeOf(b) || !(isNumber(a) || isDay(a))) return false;
    const found = order(a, b);
    return sign === "<" ? found < 0 : sign === "<=" ? found <= 0 : sign === ">" ? found > 0 : found >= 0;
  }

  function evaluate([head, ...parts], lookup) {
    const value = (tree) => evaluate(tree, lookup);
    switch (head) {
      case "number": return decimal(parts[0]);
      case "text": case "truth": return parts[0];
      case "name": return lookup(parts);
      case "and": return value(parts[0]) === true && value(parts[1]) === true;
      case "or": return value(parts[0]) === true || value(parts[1]) === true;
      case "not": return value(parts[0]) !== true;
      case "list": return parts.map(value);
      case "call": return CALLS[parts[0]](...parts.slice(1).map(value));
      default: return operation(head, value(parts[0]), value(parts[1]));
    }
  }

  /* Values between server and page: ["n", "1/3"], ["d", "2026-03-31"], ["l", […]], else as they are. */
  const tagged = (v) => isNumber(v) ? ["n", v.d === 1n ? `${v.n}` : `${v.n}/${v.d}`] : isDay(v) ? ["d", v.day]
    : Array.isArray(v) ? ["l", v.map(tagged)] : v;
  function untagged(v) {
    if (!Array.isArray(v)) return v;
    if (v[0] === "l") return v[1].map(untagged);
    if (v[0] === "d") return readDay(v[1]);
    const [n, d = "1"] = v[1].split("/");
    return fraction(BigInt(n), BigInt(d));
  }

  /* What stands in the fields, by names such as id, id.part, id.KEY.column, id.KEY.column.part. */
  function plain(kind, places, typed) {
    const given = typed.map(clean).filter(Boolean), first = given[0] || "";
    if (["integer", "decimal", "money"].includes(kind)) return readNumber(first, places);
    if (kind === "date") return readDay(first);
    if (kind === "consent") return first === "yes" ? "yes" : null;
    if (["choices", "countries", "minerals"].includes(kind)) return [...new Set(given)];
    return (kind === "long_text" ? first : first.replace(BLANKS, " ")) || null;
  }
  const PARTS = { region: ["country", "region"], site: ["site", "name", "country", "region"] };
  function single(asked, name, fields, part) {
    const read = (one) => plain("short_text", 0, fields.get(`${name}.${one}`) || []);
    if (!PARTS[asked.kind]) return plain(asked.kind, asked.places, fields.get(name) || []);
    return (part ? [part] : PARTS[asked.kind]).map(read).find((v) => v !== null) ?? null;
  }
  /* A row as the conditions of its columns see it: its own columns first, then the questions. Its value is null where not asked. */
  function rowOf(asked, name, key, fields, outside) {
    const shown = {};
    const shows = (part) => {
      const column = asked.columns[part];
      if (!column?.show) return true;
      if (!(part in shown)) { shown[part] = false; shown[part] = evaluate(column.show, value) === true; }
      return shown[part];
    };
    const value = ([part, rest]) => {
      const column = asked.columns[part];
      if (!column) return outside([part, rest]);
      return shows(part) ? single(column, `${name}.${key}.${part}`, fields, rest) : null;
    };
    return { shows, value };
  }
  function rows(asked, name, fields, part, outside) {
    const found = new Map(), filled = new Set();
    for (const [field, typed] of fields) {
      const [question, key, column] = field.split(".");
      if (question !== name || !column || !typed.some((text) => clean(text))) continue;
      if (!found.has(key)) found.set(key, rowOf(asked, name, key, fields, outside));
      if (found.get(key).shows(column)) filled.add(key);
    }
    const keys = [...filled];
    if (!asked.columns[part]) return keys.map(() => true);
    return keys.flatMap((key) => found.get(key).value([part]));
  }
  function sums(asked, name, fields) {
    const found = { total: whole(0) };
    const add = (key, amount) => { found[key] = plus(found[key] || whole(0), amount); };
    for (const line of asked.lines) {
      for (const [column, { year, source, places }] of Object.entries(asked.cells)) {
        const amount = readNumber(clean((fields.get(`${name}.${line}.${column}`) || [""])[0]), places);
        if (!amount) continue;
        ["total", `line.${line}`, year && `year.${year}`, source && `source.${source}`].filter(Boolean).forEach((key) => add(key, amount));
        if (asked.free.includes(line)) add("free", amount);
      }
    }
    return found;
  }
  function budget(asked, name, fields, part) {
    const found = sums(asked, name, fields);
    if (!part || part === "total") return found.total;
    const year = /^year(\d+)$/.exec(part);
    const key = asked.sources.includes(part) ? `source.${part}` : part === "free" ? part : year ? `year.${year[1]}` : `line.${part}`;
    return found[key] || whole(0);
  }

  function reader(logic, fields) {
    const shown = {};
    const shows = (name) => {
      const asked = logic.questions[name];
      if (!asked?.show) return true;
      if (!(name in shown)) { shown[name] = false; shown[name] = evaluate(asked.show, value) === true; }
      return shown[name];
    };
    const value = ([name, part]) => {
      const asked = logic.questions[name];
      if (!asked) return untagged(logic.known[part ? `${name}.${part}` : name] ?? null);
      if (!shows(name)) return null;
      if (asked.columns) return rows(asked, name, fields, part, value);
      return asked.cells ? budget(asked, name, fields, part) : single(asked, name, fields, part);
    };
    return { shows, value, row: (name, key) => rowOf(logic.questions[name], name, key, fields, value) };
  }

  window.AssayForms = { evaluate, tagged, untagged, counted, readNumber, reader };

  function typedIn(form) {
    const fields = new Map();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") fields.set(name, [...(fields.get(name) || []), value]);
    }
    return fields;
  }
  const all = (selector, root) => [...root.querySelectorAll(selector)];
  const language = document.documentElement.lang || "en";

  function live(form) {
    const logic = JSON.parse(form.dataset.logic);
    const at = (name) => form.querySelector(`[data-question="${CSS.escape(name)}"]`);
    function showSums(fields) {
      all("[data-sums]", form).forEach((table) => {
        const asked = logic.questions[table.dataset.sums];
        if (!asked?.cells) return;
        const found = sums(asked, table.dataset.sums, fields), total = Number(found.total.n) / Number(found.total.d);
        const money = new Intl.NumberFormat(language, { style: "currency", currency: table.dataset.currency });
        const percent = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
        all("[data-sum]", table).forEach((cell) => {
          const sum = found[cell.dataset.sum], amount = sum ? Number(sum.n) / Number(sum.d) : 0;
          cell.textContent = money.format(amount);
          const share = table.querySelector(`[data-share="${CSS.escape(cell.dataset.sum)}"]`);
          if (share) share.textContent = total ? `${percent.format((amount * 100) / total)} %` : "";
        });
      });
    }
    function showNeed(place, tree, value) {
      const needed = evaluate(tree, value) === true;
      const mark = place.querySelector(".optional");
      if (mark) mark.hidden = needed;
      all("input:not([type=hidden]), textarea, select", place).forEach((input) => input.toggleAttribute("aria-required", needed));
      all("[aria-required]", place).forEach((input) => input.setAttribute("aria-required", "true"));
    }
    function showCells(place, name, columns, row) {
      const judged = Object.entries(columns).filter(([, column]) => column.show || column.need);
      if (!judged.length) return;
      all(".row-set", place).forEach((set) => {
        const key = set.querySelector("input[name], select[name], textarea[name]")?.name.split(".")[1];
        const { shows, value } = row(name, key);
        judged.forEach(([part, column]) => {
          const cell = set.querySelector(`[data-cell="${CSS.escape(part)}"]`);
          if (!cell) return;
          if (column.show) cell.hidden = !shows(part);
          if (column.need) showNeed(cell, column.need, value);
        });
      });
    }
    function refresh() {
      const fields = typedIn(form), { shows, value, row } = reader(logic, fields);
      for (const [name, asked] of Object.entries(logic.questions)) {
        const place = at(name);
        if (!place) continue;
        if (asked.show) place.hidden = !shows(name);
        if (asked.columns) showCells(place, name, asked.columns, row);
        if (asked.need) showNeed(place, asked.need, value);
      }
      for (const [id, tree] of Object.entries(logic.checks)) {
        all(`[data-check="${CSS.escape(id)}"]`, form).forEach((note) => { note.hidden = evaluate(tree, value) !== true; });
      }
      showSums(fields);
    }
    let waiting;
    const later = () => { clearTimeout(waiting); waiting = setTimeout(refresh, 150); };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    addEventListener("pageshow", refresh);
    refresh();
  }
  all("form[data-logic]", document).forEach(live);
})();

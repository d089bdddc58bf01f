/* What waits on this device to be sent: one queue for each open page, kept in localStorage until the server has it. */
"use strict";

(() => {
  const viewer = document.body.dataset.viewer;
  const PREFIX = `assay:queue:${viewer}:`;
  const own = new Set();
  const random = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  const keep = (queue) => {
    try {
      if (Object.keys(queue.fields).length) localStorage.setItem(PREFIX + queue.client, JSON.stringify(queue));
      else localStorage.removeItem(PREFIX + queue.client);
      return true;
    } catch { return false; }
  };
  const find = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const drop = (queue) => { try { if (find(PREFIX + queue.client)?.seq === queue.seq) localStorage.removeItem(PREFIX + queue.client); } catch { /* nothing is kept */ } };
  const queues = () => {
    try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map(find).filter((queue) => queue?.fields && !own.has(queue.client)); }
    catch { return []; }
  };
  /* Pages that are still open send their own queue. */
  async function orphans() {
    const waiting = queues();
    if (!waiting.length) return [];
    if (!navigator.locks) return waiting.filter((queue) => Date.now() - queue.at > 20000);
    const held = new Set((await navigator.locks.query()).held.map((lock) => lock.name));
    return waiting.filter((queue) => !held.has(`assay:${queue.client}`));
  }

  /* An open page holds a lock with its queue's name for as long as it lives. */
  function open(queue) {
    own.add(queue.client);
    navigator.locks?.request(`assay:${queue.client}`, () => new Promise(() => {}));
  }

  globalThis.assay.queues = { viewer, random, keep, drop, queues, orphans, open };
})();

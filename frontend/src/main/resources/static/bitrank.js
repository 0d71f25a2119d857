// Every page works without this file. It adds live figures, light on chart and row together, and copying.
(() => {
  const light = (row, on) => {
    if (!row) return;
    document.querySelectorAll(`[data-row="${CSS.escape(row)}"]`).forEach(e => e.classList.toggle("lit", on));
  };
  for (const [event, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(event, e => light(e.target.closest?.("[data-row]")?.dataset.row, on));
  }

  document.addEventListener("click", async e => {
    const button = e.target.closest("button[data-copy]");
    if (!button) return;
    const text = button.dataset.copy === "address" ? location.href : document.getElementById(button.dataset.copy).textContent;
    try {
      await navigator.clipboard.writeText(text);
      const words = button.textContent;
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = words; }, 1500);
    } catch {
      getSelection().selectAllChildren(document.getElementById(button.dataset.copy) ?? document.body);
    }
  });

  // Fields left empty say nothing, so that they do not stand in the address.
  document.addEventListener("htmx:configRequest", e => {
    for (const [name, value] of [...e.detail.formData]) if (value === "") e.detail.formData.delete(name);
  });

  // The server says that something changed; the page fetches its own address again and swaps the parts marked live.
  let busy = false, again = false;
  const refresh = async news => {
    if (!document.querySelector(`[data-live~="${news}"]`)) return;
    if (busy) { again = true; return; }
    busy = true;
    try {
      const asked = location.href;
      const answer = await fetch(asked, { headers: { "X-Live": "1" } });
      const page = answer.ok ? await answer.text() : "";
      // A filter that was set meanwhile has brought its own fresh parts.
      if (page && location.href === asked) {
        const fresh = new DOMParser().parseFromString(page, "text/html");
        for (const part of document.querySelectorAll("[data-live]")) {
          const next = fresh.getElementById(part.id);
          if (next && next.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) {
            for (const box of part.querySelectorAll("input[name=row]:checked")) {
              const same = next.querySelector(`#${CSS.escape(box.id)}`);
              if (same) same.checked = true;
            }
            part.replaceWith(next);
            window.htmx?.process(next);
          } else if (next && part.contains(document.activeElement)) {
            for (const inner of part.querySelectorAll("[data-live-text]")) {
              const text = fresh.getElementById(inner.id);
              if (text) inner.innerHTML = text.innerHTML;
            }
          }
        }
      }
    } finally {
      busy = false;
      if (again) { again = false; setTimeout(() => refresh(news), 700); }
    }
  };
  if (document.querySelector("[data-live]")) {
    const events = new EventSource("/events");
    for (const news of ["queue", "pulse", "board"]) events.addEventListener(news, () => refresh(news));
    addEventListener("pagehide", () => events.close());
  }
})();

/* Nothing essential: suggestions while typing (WAI-ARIA: editable combobox, list autocomplete), and which result was opened. */
"use strict";
{
  const { suggest, opened, found, none } = document.currentScript.dataset;
  const WAIT = 120;
  let number = 0;

  const element = (name, attributes, ...inside) => {
    const made = document.createElement(name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    made.append(...inside);
    return made;
  };

  class Combobox {
    constructor(input) {
      this.input = input;
      this.id = `goi-y-${++number}`;
      this.list = element("ul", { id: this.id, class: "suggest", role: "listbox", "aria-label": input.labels[0]?.textContent || "" });
      this.list.hidden = true;
      this.says = element("span", { class: "vh", role: "status" });
      const box = input.closest(".find");
      box.classList.add("find--suggests");
      box.append(this.list, this.says);
      for (const [key, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": this.id, "aria-expanded": "false", spellcheck: "false" })) input.setAttribute(key, value);
      input.addEventListener("input", () => this.typed());
      input.addEventListener("keydown", (event) => this.key(event));
      input.addEventListener("blur", () => this.close());
      this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
      this.list.addEventListener("click", (event) => this.go(event.target.closest("[role=option]"), event));
    }

    typed() {
      clearTimeout(this.timer);
      this.asking?.abort();
      const text = this.input.value.trim();
      if (text.length < 2) return this.close();
      this.timer = setTimeout(() => this.ask(text), WAIT);
    }

    async ask(text) {
      const asking = (this.asking = new AbortController());
      const query = new URLSearchParams({ q: text });
      const { suggest: kind } = this.input.dataset;
      if (kind !== "all") query.set("type", kind);
      try {
        const response = await fetch(`${suggest}?${query}`, { signal: asking.signal, credentials: "omit" });
        if (!response.ok) return;
        const { suggestions } = await response.json();
        if (asking === this.asking && document.activeElement === this.input) this.show(suggestions);
      } catch {
        // Aborted, or no network: the form works without.
      }
    }

    show(suggestions) {
      this.options = suggestions.map(({ title, url, facts }, place) => {
        const option = element("li", { id: `${this.id}-${place}`, role: "option", "aria-selected": "false", "data-url": url }, title);
        if (facts.length) option.append(element("small", {}, facts.join(" · ")));
        return option;
      });
      this.list.replaceChildren(...this.options);
      this.mark(-1);
      const open = this.options.length > 0;
      this.list.hidden = !open;
      this.input.setAttribute("aria-expanded", open);
      this.says.textContent = open ? found.replace("%s", this.options.length) : none;
    }

    close() {
      clearTimeout(this.timer);
      this.asking?.abort();
      this.list.hidden = true;
      this.mark(-1);
      this.input.setAttribute("aria-expanded", "false");
      this.says.textContent = "";
    }

    mark(place) {
      this.at = place;
      this.options?.forEach((option, n) => option.setAttribute("aria-selected", n === place));
      const option = this.options?.[place];
      if (option) {
        this.input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else this.input.removeAttribute("aria-activedescendant");
    }

    key(event) {
      if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
      const open = !this.list.hidden;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && open) {
        // From the field itself (-1) through the list and back to it.
        const places = this.options.length + 1;
        this.mark(((this.at + 1 + step + places) % places) - 1);
      } else if (event.key === "ArrowDown" && this.input.value.trim()) this.ask(this.input.value.trim());
      else if (event.key === "Escape" && open) this.close();
      else if (event.key === "Enter" && open && this.at >= 0) this.go(this.options[this.at], event);
      else return;
      event.preventDefault();
    }

    go(option, event) {
      if (!option) return;
      if (event.ctrlKey || event.metaKey) open(option.dataset.url);
      else location.assign(option.dataset.url);
    }
  }

  for (const input of document.querySelectorAll(".find [data-suggest]")) new Combobox(input);

  for (const kind of ["click", "auxclick"]) {
    addEventListener(kind, ({ target, button }) => {
      const row = button < 2 && target.closest?.("a[href]") && target.closest("[data-position]");
      const list = row && row.closest("[data-query]");
      if (!list) return;
      const { document: which, position } = row.dataset;
      navigator.sendBeacon?.(opened, new URLSearchParams({ q: list.dataset.query, opened: which, position }));
    });
  }
}

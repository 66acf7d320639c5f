/* The editor of a procedure: links of "Còn thiếu" open the tab of their field; the list follows automatic saving. */
(() => {
  const NAME = "data-procedure-missing";

  const show = (id) => {
    const target = document.getElementById(id);
    if (!target) return;
    const tab = target.closest('[role="tabpanel"]');
    if (tab && tab.hidden) document.querySelector(`[role="tab"][href="#${tab.id}"]`)?.click();
    target.closest(".w-panel--collapsed, [data-panel]")?.querySelector('[data-panel-toggle][aria-expanded="false"]')?.click();
    target.scrollIntoView({ block: "center" });
    target.querySelector("input:not([type=hidden]), textarea, select, button, [contenteditable]")?.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest(`[${NAME}] a[href^="#"]`);
    if (!link) return;
    event.preventDefault();
    show(link.hash.slice(1));
  });

  document.addEventListener("w-autosave:success", async () => {
    const panel = document.querySelector(`[${NAME}]`);
    const address = panel?.getAttribute(NAME);
    if (!address) return;
    const answer = await fetch(address, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    if (answer.ok) panel.innerHTML = await answer.text();
  });
})();

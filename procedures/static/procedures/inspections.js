/* Checking item by item from the keyboard: 1, 2, 3 choose the result of the item in focus, Ctrl+Enter saves. */
(() => {
  const form = document.querySelector("[data-inspection-form]");
  if (!form) return;

  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.type !== "radio") return;
    const item = event.target.closest("[data-inspection-item]");
    const choice = item?.querySelector(`[data-verdict="${CSS.escape(event.key)}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    choice.focus();
    choice.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();

/* Starts Wagtail's pickers, choosers and panels where stock templates write an inline script, which the
 * Content-Security-Policy refuses. The templates and the patched chooser give the name and the arguments:
 *   <span hidden data-controller="p-init" data-p-init-call-value="initDateChooser" data-p-init-args-value="[…]"></span>
 */
(() => {
  'use strict';

  // Only these: markup that slips in somewhere must not call any function it likes.
  const FUNCTIONS = /^(init(Date|Time|DateTime)Chooser|createTaskChooser)$/;
  const CLASSES = /^(InlinePanel|MultipleChooserPanel|[A-Za-z]*Chooser)$/;

  // The picker would turn whatever it can't read into today or now, unasked. What is typed stays; the server says what
  // is wrong with it.
  const keepTyped = () => {
    const picker = window.jQuery?.fn.datetimepicker;
    if (picker) picker.defaults.validateOnBlur = false;
  };
  keepTyped();

  class InitController extends window.StimulusModule.Controller {
    static values = { call: String, args: Array };

    connect() {
      keepTyped();
      const name = this.callValue;
      const target = window[name];
      if (this.started || typeof target !== 'function') return;
      this.started = true;
      if (FUNCTIONS.test(name)) {
        target(...this.argsValue);
      } else if (CLASSES.test(name)) {
        // eslint-disable-next-line no-new, new-cap -- the constructor binds itself to the page
        new target(...this.argsValue);
      }
    }
  }

  window.wagtail.app.register('p-init', InitController);
})();

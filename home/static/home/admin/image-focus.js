/* The frame over a picture asks for touch by setting an event attribute, which the Content-Security-Policy refuses.
 * Asked in another way, before it starts. */
(() => {
  'use strict';

  const frame = window.jQuery?.Jcrop;
  if (frame) frame.defaults.touchSupport = 'ontouchstart' in window;
})();

/* In place of a library for formulas that would come from elsewhere: what it is asked, it does not; TeX stays as written. */
window.MathJax = {
  Hub: { Config() {}, Configured() {}, Queue() {}, Register: { StartupHook() {} } }
};

// Runs before the first paint, so that a dark page never flashes light. The choice stays on this device.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage may be forbidden: follow the device
    }
  };
  const apply = () => {
    const chosen = stored();
    document.documentElement.dataset.bsTheme = chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
  };
  apply();
  dark.addEventListener("change", apply);
  window.cxTheme = {
    chosen: () => stored() || "system",
    choose(value) {
      try {
        if (value === "system") localStorage.removeItem("theme");
        else localStorage.setItem("theme", value);
      } catch {
        document.documentElement.dataset.bsTheme = value;
        return;
      }
      apply();
    },
  };
})();

// One choice of light or dark for the whole house: the editor reads it before its own theme starts.
(() => {
  const house = () => {
    try {
      return localStorage.getItem("theme") || "auto";
    } catch {
      return "auto";
    }
  };
  window.storeTheme = (value) => {
    try {
      if (value === "auto") localStorage.removeItem("theme");
      else localStorage.setItem("theme", value);
    } catch {
      // storage may be forbidden: the choice lasts for this page
    }
  };
  try {
    localStorage.setItem("adminTheme", JSON.stringify(house()));
  } catch {
    // as above
  }
})();

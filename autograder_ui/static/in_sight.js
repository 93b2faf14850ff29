// Tells once for each value that is in sight: a tab in the back stays quiet until it is opened.
window.AutoGrader = window.AutoGrader || {};

AutoGrader.inSight = (element, watch, tell) => {
  let told;
  const look = () => {
    const opened = element.querySelector("[data-opened]")?.dataset.opened;
    if (!opened || opened === told || !element.checkVisibility()) return;
    told = opened;
    tell();
  };
  watch("value", look);
  look();
};

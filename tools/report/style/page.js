// Shows what a part of a picture says at once, where the browser's own tooltip waits a second. Without it all still works.
(() => {
  const tip = document.getElementById("tip");
  const says = (event) => {
    const part = event.target.closest && event.target.closest("svg :is(rect, g, circle, path)");
    const title = part && [...part.children].find((child) => child.tagName === "title");
    return title ? title : part && part.parentElement.closest("g") && says({ target: part.parentElement.closest("g") });
  };
  document.addEventListener("pointermove", (event) => {
    const title = says(event);
    tip.hidden = !title;
    if (!title) return;
    // The browser's own would come on top.
    if (title.textContent) {
      title.dataset.text = title.textContent;
      title.parentElement.setAttribute("aria-label", title.textContent);
      title.textContent = "";
    }
    tip.textContent = title.dataset.text;
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8)) + "px";
    tip.style.top = Math.max(4, Math.min(event.clientY + 18, innerHeight - tip.offsetHeight - 8)) + "px";
  });
})();

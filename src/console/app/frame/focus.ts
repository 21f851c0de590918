/**
 * Keeps the focus in the page: where what had it is taken away (a row that was deleted, a button that is another one now),
 * it goes to what is next to it, and not to the beginning of the page.
 */

const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex]';

/** What had the focus, and what it lay in, from the inside out. */
type Place = readonly Element[];

/** @returns what ends it */
export function keepFocus(): () => void {
  let last: Place = [];
  /** In the page itself, where the last was in a window over it. */
  let lastInPage: Place = [];
  const remember = ({ target }: FocusEvent) => {
    if (!(target instanceof Element) || target === document.body) return;
    last = placeOf(target);
    if (target.closest('main')) lastInPage = last;
  };
  const look = () => {
    if (document.activeElement !== document.body || last[0]?.isConnected !== false) return;
    const next = besides(last) ?? besides(lastInPage) ?? document.querySelector('main h1');
    last = [];
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { childList: true, subtree: true });
  addEventListener('focusin', remember);
  return () => {
    observer.disconnect();
    removeEventListener('focusin', remember);
  };
}

function placeOf(target: Element): Place {
  const place: Element[] = [];
  for (let at: Element | null = target; at && at !== document.body; at = at.parentElement) place.push(at);
  return place;
}

function besides(place: Place): Element | undefined {
  for (const around of place) {
    if (!around.isConnected) continue;
    // The whole page is not near it.
    if (around.matches('main') || around.contains(document.querySelector('main'))) return undefined;
    const found = around.matches(FOCUSABLE) ? around : around.querySelector(FOCUSABLE);
    if (found) return found;
  }
  return undefined;
}

/** What browsers are told of the console: to load nothing from elsewhere, to run nothing that stands in the page, and to tell nobody of it. */

/** @param reports where what it was kept from is told, as the page sees it */
function policyOf(reports: string): string {
  return `default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'; report-uri ${reports}`;
}

/** Of every file. */
export const PAGE_HEAD: Readonly<Record<string, string>> = {
  'content-security-policy': policyOf('../admin/csp'),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** The page itself is of now; what it loads has its hash in its name. */
export const OF_NOW = 'no-store';
export const FOR_EVER = 'public, max-age=31536000, immutable';

/** Drawn on a grid of 16, in the colour of the text around; never the only thing that says something. */
const PATHS = {
  overview: 'M2 13h12M3.5 10.5l3-4 2.5 2.5 3.5-5.5',
  servers: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01',
  sessions: 'M2 5h10l-2.5-2.5M14 11H4l2.5 2.5',
  playground: 'M4.5 2.5l8 5.5-8 5.5z',
  logs: 'M3 3.5h10M3 6.5h7M3 9.5h10M3 12.5h5',
  audit: 'M8 1.8l5 2v4c0 3.2-2.2 5.4-5 6.4-2.8-1-5-3.2-5-6.4v-4zM5.8 8l1.6 1.6 2.9-3',
  keys: 'M10 6.2a3 3 0 1 1-3.6 3L2.5 13.2M3.5 12l1.5 1.5M9.4 6.6a3 3 0 0 1 .6-.4',
  settings: 'M2.5 4.5h5M11.5 4.5h2M2.5 11.5h2M8.5 11.5h5M9.5 2.8v3.4M6.5 9.8v3.4',
  reference: 'M3 2.5h7.5L13 5v8.5H3zM5.5 7h5M5.5 10h5',
  menu: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  warning: 'M8 2l6.3 11.5H1.7zM8 6.5v3M8 11.5h.01',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4l3.1 3.1',
  restart: 'M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3',
  pause: 'M5.5 3v10M10.5 3v10',
  play: 'M4.5 2.5l8 5.5-8 5.5z',
  stop: 'M4 4h8v8H4z',
  download: 'M8 2.5v7.5M4.8 7.2L8 10.4l3.2-3.2M2.5 13.5h11',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9',
  moon: 'M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6z',
  screen: 'M2 3h12v8H2zM6 13.5h4',
  leave: 'M6.5 2.5h-4v11h4M6 8h8M11 5l3 3-3 3',
  plus: 'M8 3v10M3 8h10',
  chevron: 'M6 3.5L10.5 8 6 12.5',
  down: 'M3.5 6L8 10.5 12.5 6',
  keyboard: 'M1.5 4h13v8h-13zM4 6.5h.01M6.7 6.5h.01M9.3 6.5h.01M12 6.5h.01M5 9.5h6',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="shrink-0"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

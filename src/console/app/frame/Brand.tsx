import { to } from '../route.ts';

/** The name, and a gate with water behind it. */
export function Brand() {
  return (
    <a
      href={to(['overview'])}
      className="flex items-center gap-2 text-lg font-semibold"
      aria-label="Sluice, overview"
    >
      <svg aria-hidden="true" viewBox="0 0 20 20" width="20" height="20" className="text-accent">
        <path
          d="M3 2v16M17 2v16M3 4.5h14M7.5 4.5v6M12.5 4.5v6M3 14c2.3-2 4.7 2 7 0s4.7 2 7 0"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.8"
          strokeLinecap="round"
        />
      </svg>
      Sluice
    </a>
  );
}

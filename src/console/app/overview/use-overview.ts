import { useEffect } from 'react';
import type { Overview } from '../../../edges/admin/contract/overview.ts';
import { api } from '../api.ts';
import { type Asked, useAsked } from '../use-asked.ts';

/** Troubles are not told live. */
const AGAIN_MS = 5_000;

/** The gateway as a whole, asked for again and again. */
export function useOverview(): Asked<Overview> {
  const asked = useAsked((signal) => api.overview(signal));
  const { reload } = asked;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [reload]);
  return asked;
}

/** What components of the playground follow. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Question } from '../../mcp/questions.ts';
import { workbench } from '../runs/here.ts';

const subscribe = (listener: () => void) => workbench.questions.subscribe(listener);
const waiting = () => workbench.questions.waiting;

export function useQuestions(): readonly Question[] {
  return useSyncExternalStore(subscribe, waiting);
}

/** The time, again and again while something runs. */
export function useClock(isRunning: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, [isRunning]);
  return isRunning ? Math.max(now, Date.now()) : now;
}

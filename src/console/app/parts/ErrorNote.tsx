import type { ReactNode } from 'react';
import type { Problem } from '../problem.ts';
import { Button } from './Button.tsx';
import { Text } from './Text.tsx';

/** What went wrong, in a sentence, with its code and what to do; said by screen readers at once. */
export function ErrorNote({
  problem,
  onRetry,
  children,
}: {
  readonly problem: Pick<Problem, 'code' | 'message'> & { readonly hint?: string | undefined };
  readonly onRetry?: () => void;
  readonly children?: ReactNode;
}) {
  return (
    <div role="alert" className="flex flex-wrap items-start gap-3 rounded-md bg-bad-ground px-3 py-2">
      <div className="min-w-0 flex-1">
        <p className="font-medium text-bad">
          <Text value={problem.message} />
        </p>
        {problem.hint !== undefined && (
          <p>
            <Text value={problem.hint} />
          </p>
        )}
        <p className="font-mono text-xs text-soft">
          <Text value={problem.code} max={80} />
        </p>
        {children}
      </div>
      {onRetry && (
        <Button size="small" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

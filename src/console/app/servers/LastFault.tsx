import type { FaultView } from '../../../edges/admin/contract/server.ts';
import { classes } from '../parts/class.ts';
import { RelativeTime } from '../parts/RelativeTime.tsx';
import { Text } from '../parts/Text.tsx';

/** What was last wrong, and what to do; loud while it is still so. */
export function LastFault({
  fault: { at, code, message, hint },
  isCurrent,
}: {
  readonly fault: FaultView;
  readonly isCurrent: boolean;
}) {
  return (
    <div className={classes('rounded-md px-3 py-2', isCurrent ? 'bg-bad-ground' : 'bg-raised')}>
      <p className={classes('font-medium', isCurrent && 'text-bad')}>
        <Text value={message} canGrow />
      </p>
      {hint !== undefined && (
        <p>
          <Text value={hint} canGrow />
        </p>
      )}
      <p className="text-xs text-soft">
        <span className="font-mono">
          <Text value={code} max={80} />
        </span>
        {', '}
        <RelativeTime at={at} />
      </p>
    </div>
  );
}

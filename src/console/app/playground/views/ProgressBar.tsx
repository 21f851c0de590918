import type { Progress } from '../../mcp/client.ts';
import { Text } from '../../parts/Text.tsx';

/** How far a run is, as its server tells: of a total, or only that it goes on. */
export function ProgressBar({ progress }: { readonly progress: Progress | undefined }) {
  const total = progress?.total !== undefined && progress.total > 0 ? progress.total : undefined;
  const part =
    progress && total !== undefined ? Math.max(0, Math.min(1, progress.progress / total)) : undefined;
  return (
    <div className="flex flex-col gap-1">
      <div
        role="progressbar"
        aria-label="Progress"
        aria-valuemin={0}
        aria-valuemax={100}
        {...(part === undefined ? {} : { 'aria-valuenow': Math.round(part * 100) })}
        className="h-2 overflow-hidden rounded-full bg-raised"
      >
        <div
          className={part === undefined ? 'mx-auto h-full w-1/3 bg-accent-fill' : 'h-full bg-accent-fill'}
          {...(part === undefined ? {} : { style: { width: `${part * 100}%` } })}
        />
      </div>
      <p className="flex flex-wrap gap-x-3 text-sm text-soft">
        {progress === undefined ? (
          'No word of its progress yet'
        ) : (
          <>
            <span>
              {progress.progress}
              {total !== undefined && ` of ${total} (${Math.round((part ?? 0) * 100)} %)`}
            </span>
            {progress.message !== undefined && <Text value={progress.message} max={200} />}
          </>
        )}
      </p>
    </div>
  );
}

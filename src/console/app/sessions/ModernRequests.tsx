import { PageHead } from '../parts/PageHead.tsx';
import { to } from '../route.ts';
import { TimelineView } from './TimelineView.tsx';

/** What modern clients ask: each request stands for itself, so they are shown together. */
export function ModernRequests() {
  return (
    <>
      <PageHead
        title="Modern requests"
        description={
          <>
            Clients of the newer protocol open no session: their requests are shown here, and so is what the
            gateway asks servers by itself.{' '}
            <a className="text-accent underline" href={to(['sessions'])}>
              All sessions
            </a>
          </>
        }
      />
      <TimelineView session="" client="clients" isOpen />
    </>
  );
}

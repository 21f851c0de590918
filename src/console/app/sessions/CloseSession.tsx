import type { SessionView } from '../../../edges/admin/contract/session.ts';
import { api } from '../api.ts';
import { notify } from '../notices.ts';
import { Confirm } from '../parts/Confirm.tsx';
import { Text } from '../parts/Text.tsx';

/** Asks before a session is closed. @param session which one; undefined: none */
export function CloseSession({
  session,
  onClose,
}: {
  readonly session: SessionView | undefined;
  readonly onClose: () => void;
}) {
  return (
    <Confirm
      isOpen={session !== undefined}
      onClose={onClose}
      title="Close this session?"
      verb="Close the session"
      onConfirm={async () => {
        if (!session) return;
        await api.closeSession(session.id);
        notify('good', `Session ${session.id} was closed.`);
      }}
    >
      {session && (
        <>
          Session <code className="font-mono">{session.id}</code>
          {session.client && (
            <>
              {' of '}
              <Text value={session.client.name} max={80} />
            </>
          )}{' '}
          is ended, and what is in flight in it fails. Its client may open another one.
        </>
      )}
    </Confirm>
  );
}

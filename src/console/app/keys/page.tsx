/** The keys of callers: who may use the gateway. */
import { useState } from 'react';
import type { KeyView, MadeKey } from '../../../edges/admin/contract/keys.ts';
import { api } from '../api.ts';
import { plain } from '../foreign.ts';
import { notify } from '../notices.ts';
import { Button } from '../parts/Button.tsx';
import { Card } from '../parts/Card.tsx';
import { Confirm } from '../parts/Confirm.tsx';
import { Empty } from '../parts/Empty.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Loading } from '../parts/Loading.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { asProblem } from '../problem.ts';
import { useAsked } from '../use-asked.ts';
import { KeyTable } from './KeyTable.tsx';
import { MadeDialog } from './MadeDialog.tsx';
import { NewKeyDialog } from './NewKeyDialog.tsx';

export default function Page() {
  const { data, problem, reload } = useAsked((signal) => api.keys(signal));
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<MadeKey>();
  const [revoking, setRevoking] = useState<KeyView>();

  const revoke = async () => {
    if (!revoking) return;
    try {
      await api.revokeKey(revoking.id);
    } catch (error) {
      // Somebody else was quicker: what was wanted is so.
      if (!isGone(error)) throw error;
      notify('good', 'Somebody else has revoked it already.');
      return reload();
    }
    notify('good', `${plain(revoking.name, 60)} is revoked.`);
    reload();
  };
  return (
    <>
      <PageHead
        title="Keys"
        description="A key lets its holder call. It is shown once, when it is made; the gateway keeps its hash alone."
        actions={
          <Button look="primary" onClick={() => setMaking(true)}>
            <Icon name="plus" />
            New key
          </Button>
        }
      />
      {problem && <ErrorNote problem={problem} onRetry={reload} />}
      {!data && !problem && <Loading />}
      {data && (
        <Card isFlush>
          {data.keys.length === 0 ? (
            <Empty title="No keys yet.">
              As long as there is none, a gateway on this machine takes calls from this machine without one.
            </Empty>
          ) : (
            <KeyTable keys={data.keys} onRevoke={setRevoking} />
          )}
        </Card>
      )}
      <NewKeyDialog
        isOpen={isMaking}
        isFirst={data?.keys.some(({ state }) => state === 'active') === false}
        onClose={() => setMaking(false)}
        onMade={(key) => {
          setMaking(false);
          setMade(key);
          reload();
        }}
      />
      <MadeDialog made={made} onClose={() => setMade(undefined)} />
      <Confirm
        isOpen={revoking !== undefined}
        onClose={() => setRevoking(undefined)}
        title={<bdi>Revoke {plain(revoking?.name ?? '', 60)}?</bdi>}
        verb="Revoke"
        onConfirm={revoke}
      >
        Whoever uses it is cut off at once, and it cannot be taken back.
      </Confirm>
    </>
  );
}

function isGone(error: unknown): boolean {
  return [404, 409].includes(asProblem(error).status);
}

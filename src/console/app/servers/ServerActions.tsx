import { useState } from 'react';
import type { ServerView } from '../../../edges/admin/contract/server.ts';
import { api } from '../api.ts';
import { plain } from '../foreign.ts';
import { many } from '../format.ts';
import { notify } from '../notices.ts';
import { Button } from '../parts/Button.tsx';
import { Confirm } from '../parts/Confirm.tsx';
import { Icon } from '../parts/Icon.tsx';
import { asProblem } from '../problem.ts';

/** Restart, disable, enable. What ends something for others asks first. */
export function ServerActions({
  server,
  put,
}: {
  readonly server: ServerView;
  readonly put: (server: ServerView) => void;
}) {
  const [asked, setAsked] = useState<'restart' | 'disable'>();
  const { name, state, sessions } = server;
  const shown = plain(name, 60);
  const act = async (what: 'restart' | 'disable' | 'enable', done: string) => {
    put(await api[what](name));
    notify('good', `${shown} ${done}.`);
  };
  const enable = () =>
    act('enable', 'is enabled').catch((error: unknown) => notify('bad', asProblem(error).message));
  const loss = `${many(sessions, 'session')} ${sessions === 1 ? 'uses' : 'use'} it now; calls in flight fail.`;

  if (state === 'disabled') {
    return (
      <Button size="small" onClick={() => void enable()}>
        Enable
      </Button>
    );
  }
  return (
    <>
      <Button size="small" onClick={() => setAsked('restart')}>
        <Icon name="restart" />
        Restart
      </Button>
      <Button size="small" onClick={() => setAsked('disable')}>
        Disable
      </Button>
      <Confirm
        isOpen={asked === 'restart'}
        onClose={() => setAsked(undefined)}
        title={<bdi>Restart {shown}?</bdi>}
        verb="Restart"
        onConfirm={() => act('restart', 'is started anew')}
      >
        {loss} It is started again when the next call comes.
      </Confirm>
      <Confirm
        isOpen={asked === 'disable'}
        onClose={() => setAsked(undefined)}
        title={<bdi>Disable {shown}?</bdi>}
        verb="Disable"
        onConfirm={() => act('disable', 'is disabled')}
      >
        {loss} Clients are told that there is no such server until it is enabled, or the gateway is restarted.
      </Confirm>
    </>
  );
}

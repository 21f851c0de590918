/** A form whose schema breaks it, or that cannot be loaded, gives way to raw JSON, and says so. */
import { Component, type ReactNode } from 'react';

/** Its part of the page could not be loaded. */
export class FormAway extends Error {}

interface Props {
  readonly children: ReactNode;
  readonly onBroken: (why: string) => void;
}

/** As where the gateway was updated. */
const AWAY = 'its form could not be loaded; load the console again to have it';

export class FormFence extends Component<Props, { readonly isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { readonly isBroken: boolean } {
    return { isBroken: true };
  }

  override componentDidCatch(error: unknown): void {
    const isAway = error instanceof FormAway;
    this.props.onBroken(isAway ? AWAY : 'its schema breaks the form');
  }

  override render(): ReactNode {
    return this.state.isBroken ? null : this.props.children;
  }
}

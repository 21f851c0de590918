/** A form whose schema breaks it gives way to raw JSON, and says so. */
import { Component, type ReactNode } from 'react';

interface Props {
  readonly children: ReactNode;
  readonly onBroken: (why: string) => void;
}

export class FormFence extends Component<Props, { readonly isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { readonly isBroken: boolean } {
    return { isBroken: true };
  }

  override componentDidCatch(): void {
    this.props.onBroken('its schema breaks the form');
  }

  override render(): ReactNode {
    return this.state.isBroken ? null : this.props.children;
  }
}

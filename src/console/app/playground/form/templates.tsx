/** How fields of forms stand in the page: labels, descriptions, errors, groups and lists. */
import {
  ADDITIONAL_PROPERTY_FLAG,
  type ArrayFieldItemTemplateProps,
  type ArrayFieldTemplateProps,
  canExpand,
  type CyclicSchemaExpandProps,
  descriptionId,
  type DescriptionFieldProps,
  errorId,
  type FieldErrorProps,
  type FieldTemplateProps,
  type MultiSchemaFieldTemplateProps,
  type ObjectFieldTemplateProps,
  type OptionalDataControlsTemplateProps,
  type TitleFieldProps,
  type UnsupportedFieldProps,
  type WrapIfAdditionalTemplateProps,
} from '@rjsf/utils';
import type { ReactNode } from 'react';
import { plain } from '../../foreign.ts';
import { Button } from '../../parts/Button.tsx';
import { Input } from '../../parts/Input.tsx';
import { Text } from '../../parts/Text.tsx';

function Label({ label, isRequired }: { readonly label: string; readonly isRequired: boolean | undefined }) {
  return (
    <>
      <Text value={label} max={120} />
      {isRequired && <span className="ml-1 text-xs font-normal text-soft">required</span>}
    </>
  );
}

function FieldTemplate(props: FieldTemplateProps) {
  const { id, label, hidden, required, displayLabel, description, errors, children, schema, rawErrors } =
    props;
  if (hidden) return <div hidden>{children}</div>;
  const isSwitch = schema.type === 'boolean' && !schema.enum && !schema.oneOf;
  const hasErrors = rawErrors !== undefined && rawErrors.length > 0;
  return (
    <WrapIfAdditional {...props}>
      {displayLabel && !isSwitch && (
        <label htmlFor={id} className="font-medium">
          <Label label={label} isRequired={required} />
        </label>
      )}
      {(displayLabel || isSwitch) && description}
      {children}
      {hasErrors && errors}
    </WrapIfAdditional>
  );
}

/** A member that the schema does not name: its name is written, too, and it can be taken out. */
function WrapIfAdditional(props: WrapIfAdditionalTemplateProps) {
  const { id, schema, label, onKeyRenameBlur, onRemoveProperty, children } = props;
  if (!(ADDITIONAL_PROPERTY_FLAG in schema)) {
    return <div className="flex min-w-0 flex-col gap-1">{children}</div>;
  }
  return (
    <div className="flex min-w-0 flex-wrap items-end gap-2">
      <label className="flex min-w-32 flex-1 flex-col gap-1 font-medium">
        Name
        <Input id={`${id}-key`} key={label} defaultValue={label} onBlur={onKeyRenameBlur} />
      </label>
      <div className="flex min-w-32 flex-1 flex-col gap-1">{children}</div>
      <Button size="small" aria-label={`Remove ${plain(label)}`} onClick={onRemoveProperty}>
        Remove
      </Button>
    </div>
  );
}

function DescriptionField({ id, description }: DescriptionFieldProps) {
  if (typeof description !== 'string' || description === '') return null;
  return (
    <p id={id} className="text-sm text-soft">
      <Text value={description} hasLines canGrow />
    </p>
  );
}

function TitleField({ title, required }: TitleFieldProps) {
  return <Label label={title} isRequired={required} />;
}

function FieldError({ errors = [], fieldPathId }: FieldErrorProps) {
  return (
    <ul id={errorId(fieldPathId)} className="text-sm text-bad">
      {errors.map((error, index) => (
        <li key={index}>{typeof error === 'string' ? <Text value={error} /> : error}</li>
      ))}
    </ul>
  );
}

function Group({
  id,
  title,
  isRequired,
  about,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly isRequired: boolean | undefined;
  readonly about: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <fieldset id={id} className="flex min-w-0 flex-col gap-3 border-l-2 border-line pl-3">
      <legend className="mb-1 font-medium">
        <Label label={title} isRequired={isRequired} />
      </legend>
      {about}
      {children}
    </fieldset>
  );
}

function ObjectField(props: ObjectFieldTemplateProps) {
  const { title, properties, required, schema, uiSchema, formData, fieldPathId } = props;
  const { onAddProperty, disabled, readonly } = props;
  const isPureUnion = (schema.oneOf ?? schema.anyOf) && !schema.properties && properties.length === 0;
  if (isPureUnion) return null;
  const content = (
    <>
      {properties.map((property) => property.content)}
      {canExpand(schema, uiSchema, formData) && (
        <Add isOff={disabled || readonly} onAdd={() => onAddProperty()} />
      )}
    </>
  );
  // The whole: its title and description stand above the form already.
  if (fieldPathId.path.length === 0) return <div className="flex min-w-0 flex-col gap-4">{content}</div>;
  const about = <About id={descriptionId(fieldPathId)} text={schema.description} />;
  return (
    <Group id={fieldPathId.$id} title={title} isRequired={required} about={about}>
      {content}
    </Group>
  );
}

function About({ id, text }: { readonly id: string; readonly text: string | undefined }) {
  if (!text) return null;
  return (
    <p id={id} className="text-sm text-soft">
      <Text value={text} hasLines canGrow />
    </p>
  );
}

function ArrayField(props: ArrayFieldTemplateProps) {
  const { title, required, schema, fieldPathId, items, canAdd, onAddClick, disabled, readonly } = props;
  const about = <About id={descriptionId(fieldPathId)} text={schema.description} />;
  return (
    <Group id={fieldPathId.$id} title={title} isRequired={required} about={about}>
      {items}
      {canAdd && <Add isOff={disabled || readonly} onAdd={() => onAddClick()} />}
    </Group>
  );
}

function ArrayItem({ children, buttonsProps, index }: ArrayFieldItemTemplateProps) {
  const { hasMoveUp, hasMoveDown, hasRemove, onMoveUpItem, onMoveDownItem, onRemoveItem } = buttonsProps;
  const which = `item ${index + 1}`;
  return (
    <div className="flex min-w-0 flex-wrap items-end gap-2">
      <div className="min-w-40 flex-1">{children}</div>
      <div className="flex gap-1">
        {hasMoveUp && (
          <Button size="small" look="quiet" aria-label={`Move ${which} up`} onClick={onMoveUpItem}>
            ↑
          </Button>
        )}
        {hasMoveDown && (
          <Button size="small" look="quiet" aria-label={`Move ${which} down`} onClick={onMoveDownItem}>
            ↓
          </Button>
        )}
        {hasRemove && (
          <Button size="small" aria-label={`Remove ${which}`} onClick={onRemoveItem}>
            Remove
          </Button>
        )}
      </div>
    </div>
  );
}

function MultiSchema({ selector, optionSchemaField }: MultiSchemaFieldTemplateProps) {
  return (
    <div className="flex min-w-0 flex-col gap-3 border-l-2 border-line pl-3">
      {selector}
      {optionSchemaField}
    </div>
  );
}

/** A schema that holds itself goes on only as far as somebody wants it to. */
function CyclicExpand({ name, onExpand, fieldPathId }: CyclicSchemaExpandProps) {
  return (
    <div className="flex items-center gap-2">
      <Text value={name} max={120} />
      <Button size="small" onClick={() => onExpand(fieldPathId.$id)}>
        Go deeper
      </Button>
    </div>
  );
}

function Unsupported({ reason }: UnsupportedFieldProps) {
  return (
    <p className="text-sm text-warn">
      This field cannot be shown as a form: write it as raw JSON.{' '}
      {reason !== undefined && <Text value={reason} />}
    </p>
  );
}

function OptionalData({ label, onAddClick, onRemoveClick }: OptionalDataControlsTemplateProps) {
  const click = onAddClick ?? onRemoveClick;
  if (!click) return <em>{plain(label)}</em>;
  return (
    <Button size="small" onClick={() => click()}>
      {plain(label)}
    </Button>
  );
}

function Add({ onAdd, isOff }: { readonly onAdd: () => void; readonly isOff: boolean | undefined }) {
  return (
    <Button size="small" className="self-start" onClick={onAdd} disabled={isOff}>
      Add
    </Button>
  );
}

function Nothing() {
  return null;
}

export const templates = {
  FieldTemplate,
  WrapIfAdditionalTemplate: WrapIfAdditional,
  DescriptionFieldTemplate: DescriptionField,
  TitleFieldTemplate: TitleField,
  FieldErrorTemplate: FieldError,
  FieldHelpTemplate: Nothing,
  ErrorListTemplate: Nothing,
  ObjectFieldTemplate: ObjectField,
  ArrayFieldTemplate: ArrayField,
  ArrayFieldItemTemplate: ArrayItem,
  MultiSchemaFieldTemplate: MultiSchema,
  CyclicSchemaExpandTemplate: CyclicExpand,
  UnsupportedFieldTemplate: Unsupported,
  OptionalDataControlsTemplate: OptionalData,
  ButtonTemplates: { SubmitButton: Nothing },
};

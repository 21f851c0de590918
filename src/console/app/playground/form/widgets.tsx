/** The controls of forms. Each has the id that its label names, and tells what is said of it. */
import { descriptionId, errorId, getInputProps, type WidgetProps } from '@rjsf/utils';
import { plain } from '../../foreign.ts';
import { Text } from '../../parts/Text.tsx';

/** What a control says of itself to those who do not see the page. */
function saidOf({ id, rawErrors, schema, required }: WidgetProps) {
  const hasErrors = rawErrors !== undefined && rawErrors.length > 0;
  const ids = [hasErrors && errorId(id), schema.description && descriptionId(id)].filter(Boolean);
  return {
    'aria-describedby': ids.length > 0 ? ids.join(' ') : undefined,
    'aria-invalid': hasErrors || undefined,
    'aria-required': required || undefined,
  };
}

/** One line: texts, numbers, dates and the like. */
function LineWidget(props: WidgetProps) {
  const { id, schema, type, options, onChange, onBlur, onFocus, disabled, readonly, label, hideLabel } =
    props;
  const { type: shown, step } = getInputProps(schema, type, options);
  const value: unknown = props.value;
  return (
    <input
      id={id}
      // The browser's own lists and corrections have nothing to do with what a server asks for.
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      type={SHOWN.has(shown) ? shown : 'text'}
      step={step}
      className="field"
      value={typeof value === 'string' || typeof value === 'number' ? value : ''}
      disabled={disabled}
      readOnly={readonly}
      aria-label={hideLabel ? plain(label) : undefined}
      {...saidOf(props)}
      onChange={({ target }) => onChange(target.value === '' ? options.emptyValue : target.value)}
      onBlur={({ target }) => onBlur(id, target.value)}
      onFocus={({ target }) => onFocus(id, target.value)}
    />
  );
}

/** What the browser does not check by itself: what is wrong is said in our words. */
const SHOWN: ReadonlySet<string> = new Set(['text', 'number', 'password', 'date', 'time', 'color']);

function LinesWidget(props: WidgetProps) {
  const { id, options, onChange, onBlur, onFocus, disabled, readonly, label, hideLabel } = props;
  const value: unknown = props.value;
  return (
    <textarea
      id={id}
      rows={4}
      spellCheck={false}
      className="field font-mono"
      value={typeof value === 'string' ? value : ''}
      disabled={disabled}
      readOnly={readonly}
      aria-label={hideLabel ? plain(label) : undefined}
      {...saidOf(props)}
      onChange={({ target }) => onChange(target.value === '' ? options.emptyValue : target.value)}
      onBlur={({ target }) => onBlur(id, target.value)}
      onFocus={({ target }) => onFocus(id, target.value)}
    />
  );
}

/** One of several; options are known by their place, whatever their values are. */
function ChoiceWidget(props: WidgetProps) {
  const { id, options, onChange, onBlur, onFocus, disabled, readonly, label, hideLabel, required } = props;
  const choices = options.enumOptions ?? [];
  // What picks one of several schemas has no label of its own.
  const said = /__(one|any)of_select$/.test(id)
    ? 'Which of the choices'
    : hideLabel
      ? plain(label)
      : undefined;
  const at = choices.findIndex((choice) => isSame(choice.value, props.value));
  const valueAt = (index: string): unknown =>
    index === '' ? options.emptyValue : (choices[Number(index)]?.value as unknown);
  return (
    <select
      id={id}
      className="field"
      value={at < 0 ? '' : String(at)}
      disabled={disabled || readonly}
      aria-label={said}
      {...saidOf(props)}
      onChange={({ target }) => onChange(valueAt(target.value))}
      onBlur={({ target }) => onBlur(id, valueAt(target.value))}
      onFocus={({ target }) => onFocus(id, valueAt(target.value))}
    >
      {(at < 0 || !required) && <option value="">{required ? 'Choose…' : '–'}</option>}
      {choices.map((choice, index) => (
        <option key={index} value={String(index)}>
          {plain(String(choice.label), 120)}
        </option>
      ))}
    </select>
  );
}

/** Any of several. */
function ChoicesWidget(props: WidgetProps) {
  const { id, options, onChange, disabled, readonly, label } = props;
  const choices = options.enumOptions ?? [];
  const chosen: unknown[] = Array.isArray(props.value) ? props.value : [];
  const isChosen = (value: unknown) => chosen.some((each) => isSame(each, value));
  const turn = (value: unknown, isOn: boolean) => {
    const values = choices.map((choice): unknown => choice.value);
    onChange(values.filter((each) => (isSame(each, value) ? isOn : isChosen(each))));
  };
  return (
    <div id={id} role="group" aria-label={plain(label)} className="flex flex-col gap-1" {...saidOf(props)}>
      {choices.map((choice, index) => (
        <label key={index} className="flex items-start gap-2">
          <input
            type="checkbox"
            className="mt-1"
            checked={isChosen(choice.value)}
            disabled={disabled || readonly}
            onChange={({ target }) => turn(choice.value, target.checked)}
          />
          <Text value={String(choice.label)} />
        </label>
      ))}
    </div>
  );
}

/** Yes or no; where nothing was said, neither, so that a server's own default holds. */
function SwitchWidget(props: WidgetProps) {
  const { id, onChange, onBlur, onFocus, disabled, readonly, label, required } = props;
  const value: unknown = props.value;
  return (
    <label className="flex items-start gap-2 font-medium">
      <input
        id={id}
        type="checkbox"
        className="mt-1"
        checked={value === true}
        disabled={disabled || readonly}
        {...saidOf(props)}
        onChange={({ target }) =>
          onChange(target.checked || required || value !== undefined ? target.checked : undefined)
        }
        onBlur={({ target }) => onBlur(id, target.checked)}
        onFocus={({ target }) => onFocus(id, target.checked)}
      />
      <Text value={label} />
    </label>
  );
}

function NothingWidget() {
  return null;
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && a !== null && JSON.stringify(a) === JSON.stringify(b));
}

export const widgets = {
  TextWidget: LineWidget,
  EmailWidget: LineWidget,
  URLWidget: LineWidget,
  UpDownWidget: LineWidget,
  RangeWidget: LineWidget,
  RatingWidget: LineWidget,
  PasswordWidget: LineWidget,
  ColorWidget: LineWidget,
  DateWidget: LineWidget,
  DateTimeWidget: LineWidget,
  TimeWidget: LineWidget,
  AltDateWidget: LineWidget,
  AltDateTimeWidget: LineWidget,
  FileWidget: LinesWidget,
  TextareaWidget: LinesWidget,
  SelectWidget: ChoiceWidget,
  RadioWidget: ChoiceWidget,
  CheckboxesWidget: ChoicesWidget,
  CheckboxWidget: SwitchWidget,
  HiddenWidget: NothingWidget,
};

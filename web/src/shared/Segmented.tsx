import css from './Segmented.module.css'

// One of a few, all in sight. Radio buttons underneath, so arrow keys work as people expect.
export function Segmented<Value extends string>(props: {
  label: string
  name: string
  value: Value
  options: { value: Value; label: string }[]
  onChange: (value: Value) => void
}) {
  return (
    <fieldset className={css.group}>
      <legend className="visually-hidden">{props.label}</legend>
      {props.options.map((option) => (
        <label key={option.value} className={css.option}>
          <input type="radio" name={props.name} value={option.value} checked={option.value === props.value} onChange={() => props.onChange(option.value)} />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  )
}

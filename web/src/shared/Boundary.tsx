import { Component, type ReactNode } from 'react'
import { useWords } from '../words/Language'
import { Button } from './Button'
import { Empty } from './states'

// A page that breaks leaves the rest standing.
export class Boundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }
  static getDerivedStateFromError() {
    return { broken: true }
  }
  override render() {
    return this.state.broken ? <Broken /> : this.props.children
  }
}

function Broken() {
  const words = useWords()
  return (
    <Empty title={words.problem.crashed}>
      <Button onClick={() => location.reload()}>{words.problem.reload}</Button>
    </Empty>
  )
}

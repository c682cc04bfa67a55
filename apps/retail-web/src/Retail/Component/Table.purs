-- | Tables, with their figures lined up.
module Retail.Component.Table (Cell(..), Line, table, plainRow) where

import Prelude

import Halogen.HTML as HH
import Halogen.HTML.Properties as HP
import Retail.Component.Html (classes)

data Cell w i = Words String | Figure String | Held (Array (HH.HTML w i))

type Line w i = { chosen :: Boolean, cells :: Array (Cell w i) }

plainRow :: forall w i. Array (Cell w i) -> Line w i
plainRow = { chosen: false, cells: _ }

-- | Its heads and its rows. What is too wide scrolls within it, also by keyboard.
table :: forall w i. Array (Cell w i) -> Array (Line w i) -> HH.HTML w i
table heads rows = HH.div [ classes "scroll", HP.tabIndex 0 ]
  [ HH.table_ [ HH.thead_ [ HH.tr_ (map head heads) ], HH.tbody_ (map row rows) ] ]
  where
  scope = HP.attr (HH.AttrName "scope") "col"
  head = case _ of
    Words "" -> HH.td_ []
    Words text -> HH.th [ scope ] [ HH.text text ]
    Figure text -> HH.th [ scope, classes "number" ] [ HH.text text ]
    Held some -> HH.td_ some
  row { chosen, cells } = HH.tr [ classes (if chosen then "chosen" else "") ] (map cell cells)
  cell = case _ of
    Words text -> HH.td_ [ HH.text text ]
    Figure text -> HH.td [ classes "number" ] [ HH.text text ]
    Held some -> HH.td_ some

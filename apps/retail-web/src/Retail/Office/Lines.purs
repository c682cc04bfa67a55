-- | The lines of a document that is being written: articles, how many, and what each costs.
module Retail.Office.Lines (DraftLine, addPicked, lineOf, goodsOf, itemsOf, linesTable, quantityText) where

import Prelude

import Data.Array (deleteAt, filter, findIndex, mapWithIndex, modifyAt, snoc)
import Data.Maybe (Maybe(..), fromMaybe)
import Data.Number (abs)
import Data.Number.Format (toString)
import Data.Traversable (traverse)
import Halogen.HTML as HH
import Halogen.HTML.Events as HE
import Halogen.HTML.Properties as HP
import Halogen.HTML.Properties.ARIA as ARIA
import Retail.Api.Types (Currency, GoodsLine, PurchaseItem, Unit(..), VariantId)
import Retail.Component.Html (autocomplete, classes)
import Retail.Component.Table (Cell(..), plainRow, table)
import Retail.Data.Money (readMoney)
import Retail.Data.Quantity (piece, readCount, readQuantity)
import Retail.Office.Picker (Picked)

type DraftLine = { variantId :: VariantId, sku :: String, name :: String, quantity :: String, cost :: String }

lineOf :: forall line. { variantId :: VariantId, sku :: String, name :: String, quantity :: Number | line } -> String -> DraftLine
lineOf { variantId, sku, name, quantity } cost = { variantId, sku, name, quantity: quantityText quantity, cost }

quantityText :: Number -> String
quantityText quantity = (if quantity < 0.0 then "\x2212" else "") <> toString (abs quantity / piece)

-- | The same article again is more of it.
addPicked :: Picked -> Array DraftLine -> Array DraftLine
addPicked { variantId, sku, name, count } lines = case findIndex (\line -> line.variantId == variantId) lines of
  Just at -> fromMaybe lines (modifyAt at (\line -> line { quantity = quantityText (more + fromMaybe 0.0 (readCount line.quantity)) }) lines)
  Nothing -> snoc lines { variantId, sku, name, quantity: quantityText more, cost: "" }
  where
  more = fromMaybe piece count

-- | Nothing, if there is a line that is no number. A line of 0 is none.
goodsOf :: Array DraftLine -> Maybe (Array GoodsLine)
goodsOf = map (filter \{ quantity } -> quantity > 0.0) <<< traverse \{ variantId, quantity } -> { variantId, quantity: _ } <$> readCount quantity

itemsOf :: Currency -> Array DraftLine -> Maybe (Array PurchaseItem)
itemsOf currency = traverse \{ variantId, quantity, cost } ->
  { variantId, quantity: _, cost: _ } <$> readQuantity UnitKilogram quantity <*> readMoney currency cost

-- | The lines with their fields; the last argument gets the lines as somebody has changed them.
linesTable :: forall w i. Boolean -> Array DraftLine -> (Array DraftLine -> i) -> HH.HTML w i
linesTable withCost lines changed = table
  ([ Words "Article", Figure "Quantity" ] <> (if withCost then [ Figure "Cost each" ] else []) <> [ Words "" ])
  (mapWithIndex row lines)
  where
  row at line@{ sku, name, quantity, cost } = plainRow
    ( [ Held [ HH.text name, HH.small_ [ HH.text (" " <> sku) ] ]
      , Held [ figure ("quantity of " <> name) quantity \text -> edited at line { quantity = text } ]
      ]
        <> (if withCost then [ Held [ figure ("cost of " <> name) cost \text -> edited at line { cost = text } ] ] else [])
        <>
          [ Held
              [ HH.button
                  [ classes "step"
                  , HP.type_ HP.ButtonButton
                  , ARIA.label ("Take " <> name <> " out")
                  , HE.onClick \_ -> changed (fromMaybe lines (deleteAt at lines))
                  ]
                  [ HH.text "×" ]
              ]
          ]
    )
  edited at line = changed (fromMaybe lines (modifyAt at (const line) lines))
  figure label value change = HH.input
    [ classes "figure"
    , ARIA.label label
    , HP.attr (HH.AttrName "inputmode") "decimal"
    , HP.value value
    , HE.onValueInput change
    , autocomplete "off"
    ]

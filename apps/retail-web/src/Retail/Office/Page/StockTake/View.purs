-- | A count as it is seen: what was counted last, and what is still to be counted.
module Retail.Office.Page.StockTake.View (Action(..), Slots, State, render) where

import Prelude

import Data.Array (filter, length, null, take)
import Data.Maybe (Maybe(..), isJust, isNothing, maybe)
import Data.Number.Format (toString)
import Halogen as H
import Halogen.HTML as HH
import Halogen.HTML.Properties as HP
import Retail.Api.Types (Me, StockTake, StockTakeLine, StockTakeState(..), VariantId)
import Retail.AppM (AppM)
import Retail.Component.Html (Notice, amountField, button, classes, danger, formOf, notice, primary, waiting)
import Retail.Component.Table (Cell(..), plainRow, table)
import Retail.Data.May (Permission(..), may)
import Retail.Data.Money (plainMoney)
import Retail.Data.Time (showTime)
import Retail.Office.Lines (quantityText)
import Retail.Office.Picker (Picked)
import Retail.Office.Picker as Picker
import Retail.Office.Places (Places, placeSelect)
import Type.Proxy (Proxy(..))
import Web.Event.Event (Event)

type State =
  { me :: Me
  , places :: Places
  , takes :: Maybe (Array StockTake)
  , shown :: Maybe StockTake
  , lines :: Array StockTakeLine
  -- | Counted here and not answered yet: the newest count of each article.
  , unsent :: Array { variantId :: VariantId, name :: String, counted :: Number }
  , sending :: Boolean
  -- | The article that a count is being typed for.
  , chosen :: Maybe { variantId :: VariantId, name :: String }
  , typed :: String
  -- | Counted in this session, the newest first.
  , recent :: Array VariantId
  , differences :: Maybe (Array StockTakeLine)
  , key :: String
  , said :: Maybe Notice
  }

data Action
  = Start
  | Choose String
  | Begin
  | Show StockTake
  | Pick Picked
  | Typed String
  | Enter Event
  | Drop
  | Differences
  | Finish StockTake
  | Cancel StockTake

type Slots = (picker :: forall query. H.Slot query Picked Unit)

unsure :: State -> Int
unsure { unsent } = length unsent

render :: State -> H.ComponentHTML Action Slots AppM
render state@{ places, takes, shown, said } = HH.main [ classes "page" ]
  [ HH.h1_ [ HH.text "Stock take" ]
  , notice said
  , case shown of
      Just one | one.state == StockTakeStateCounting -> counting state one
      _ -> HH.div [ classes "split" ]
        [ HH.div [ classes "stack" ]
            [ placeSelect places Choose
            , maybe (waiting "Asking for the counts…") list takes
            , HH.div [ classes "actions" ] [ primary "Count everything here" "" (isJust places.here) Begin ]
            ]
        , HH.div_ (maybe [] (\one -> [ HH.h2_ [ HH.text ("Differences of " <> showTime one.startedAt) ], differencesOf state ]) shown)
        ]
  ]
  where
  list some =
    if null some then HH.p_ [ HH.text "Nothing has been counted here yet." ]
    else table [ Words "Started", Words "State", Figure "Counted", Figure "Differ", Words "" ] (map row some)
  row one =
    { chosen: map _.stockTakeId shown == Just one.stockTakeId
    , cells:
        [ Words (showTime one.startedAt)
        , Words (stateName one.state)
        , Figure (toString one.counted <> " of " <> toString one.lines)
        , Figure (toString one.differing)
        , Held [ button (if one.state == StockTakeStateCounting then "Count" else "Show") "" true (Show one) ]
        ]
    }

stateName :: StockTakeState -> String
stateName = case _ of
  StockTakeStateCounting -> "counting"
  StockTakeStateFinished -> "finished"
  StockTakeStateCancelled -> "cancelled"

counting :: State -> StockTake -> H.ComponentHTML Action Slots AppM
counting state@{ me, lines, recent, chosen, typed, differences } one = HH.div [ classes "split" ]
  [ HH.div [ classes "stack" ]
      ( [ HH.slot (Proxy :: _ "picker") unit Picker.component "Scan each piece, or 12*code, or look for an article" Pick
        , HH.p [ classes "detail", HP.attr (HH.AttrName "role") "status" ] [ HH.text progress ]
        ]
          <> maybe [] (\article -> [ entry article ]) chosen
          <>
            ( if null recent then []
              else [ table [ Words "Counted last", Figure "Expected", Figure "Counted", Figure "Difference" ] (map row (filter isRecent lines)) ]
            )
      )
  , HH.div [ classes "stack" ]
      ( case differences of
          Nothing ->
            [ HH.section [ classes "panel" ]
                [ HH.h2_ [ HH.text "Still to count" ]
                , if null missing then HH.p_ [ HH.text "Everything is counted." ] else HH.ul_ (map left (take 50 missing))
                ]
            , HH.div [ classes "actions" ]
                [ primary "Look at the differences" "" (unsure state == 0) Differences, danger "Give up this count" "" true (Cancel one) ]
            ]
          Just _ ->
            [ HH.h2_ [ HH.text "Differences" ]
            , differencesOf state
            , HH.p_ [ HH.text "What was not counted is left as it is." ]
            , HH.div [ classes "actions" ]
                ((if may me AdjustStock then [ primary "Book them and finish" "" true (Finish one) ] else []) <> [ button "Count on" "" true Drop ])
            ]
      )
  ]
  where
  missing = filter (isNothing <<< _.counted) lines
  isRecent { variantId } = variantId `elemOf` recent
  elemOf variant = not <<< null <<< filter (_ == variant)
  progress = show (length lines - length missing) <> " of " <> show (length lines) <> " articles counted"
    <> (if unsure state == 0 then "." else ", " <> show (unsure state) <> " on the way to the server…")
  row { name, expected, counted, difference } = plainRow
    [ Words name, Figure (figure expected), Figure (figure counted), Figure (figure difference) ]
  left { name, sku } = HH.li_ [ HH.text name, HH.small_ [ HH.text (" " <> sku) ] ]
  entry { name } = formOf "panel stack" Enter
    [ amountField "counted" (name <> ": counted") typed Typed
    , HH.div [ classes "actions" ] [ HH.button [ classes "primary" ] [ HH.text "Set it" ], button "Back" "" true Drop ]
    ]

figure :: Maybe Number -> String
figure = maybe "–" quantityText

differencesOf :: forall w i. State -> HH.HTML w i
differencesOf { differences, me } = case differences of
  Nothing -> waiting "Asking for the differences…"
  Just [] -> HH.p_ [ HH.text "None: what was counted is what was expected." ]
  Just some -> table [ Words "Article", Figure "Expected", Figure "Counted", Figure "Difference", Figure "At its price" ] (map row some)
  where
  row { name, expected, counted, difference, value } = plainRow
    [ Words name
    , Figure (figure expected)
    , Figure (figure counted)
    , Figure (figure difference)
    , Figure (maybe "–" (plainMoney me.organisation.currency) value)
    ]

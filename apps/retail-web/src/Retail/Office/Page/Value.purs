-- | What the stock is worth: at what it cost, and at what it sells for.
module Retail.Office.Page.Value (component) where

import Prelude

import Data.Maybe (Maybe(..), maybe)
import Data.Foldable (sum)
import Data.Number.Format (toString)
import Halogen as H
import Halogen.HTML as HH
import Retail.Api.Request as Request
import Retail.Api.Types (Me, StockValue, StockValueLine)
import Retail.AppM (AppM)
import Retail.Capability.Api (ask)
import Retail.Capability.Pages (allPages)
import Retail.Component.Html (Notice, button, classes, notice, waiting)
import Retail.Component.Page (answered)
import Retail.Component.Table (Cell(..), plainRow, table)
import Retail.Data.Money (plainMoney)
import Retail.Office.Lines (quantityText)

type State = { me :: Me, values :: Maybe (Array StockValue), shown :: Maybe StockValue, lines :: Maybe (Array StockValueLine), said :: Maybe Notice }

data Action = Start | Show StockValue

component :: forall query output. H.Component query Me output AppM
component = H.mkComponent
  { initialState: { me: _, values: Nothing, shown: Nothing, lines: Nothing, said: Nothing }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

render :: forall w. State -> HH.HTML w Action
render { me, values, shown, lines, said } = HH.main [ classes "page" ]
  ( [ HH.h1_ [ HH.text "Value of the stock" ], notice said, maybe (waiting "Asking what there is…") places values ]
      <> maybe [] detail shown
  )
  where
  plain = plainMoney me.organisation.currency
  places some = table [ Words "Location", Figure "Articles", Figure "At cost", Figure "At its price", Figure "Without a cost", Words "" ]
    ( map row some <>
        [ plainRow [ Words "All", Figure "", Figure (plain (sum (map _.atCost some))), Figure (plain (sum (map _.atPrice some))), Figure "", Words "" ] ]
    )
  row one =
    { chosen: map _.locationId shown == Just one.locationId
    , cells:
        [ Words one.location
        , Figure (toString one.variants)
        , Figure (plain one.atCost)
        , Figure (plain one.atPrice)
        , Figure (toString one.uncosted <> if one.uncosted == 0.0 then "" else ", at their price " <> plain one.uncostedAtPrice)
        , Held [ button "Show" "" true (Show one) ]
        ]
    }
  detail one =
    [ HH.h2_ [ HH.text one.location ]
    , maybe (waiting "Asking for its articles…")
        (table [ Words "Article", Figure "On hand", Figure "Cost each", Figure "At cost", Figure "Price", Figure "At its price" ] <<< map line)
        lines
    ]
  line { name, onHand, cost, atCost, price, atPrice } = plainRow
    [ Words name
    , Figure (quantityText onHand)
    , Figure (maybe "not known" plain cost)
    , Figure (maybe "–" plain atCost)
    , Figure (plain price)
    , Figure (plain atPrice)
    ]

handle :: forall slots output. Action -> H.HalogenM State Action slots output AppM Unit
handle = case _ of
  Start -> do
    answer <- ask Request.listStockValues
    answered answer \values -> H.modify_ _ { values = Just values }
  Show one -> do
    H.modify_ _ { shown = Just one, lines = Nothing, said = Nothing }
    answer <- allPages (Request.listStockValueLines one.locationId)
    answered answer \lines -> H.modify_ _ { lines = Just lines }

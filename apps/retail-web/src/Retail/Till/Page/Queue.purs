-- | Sales that the server has not confirmed.
module Retail.Till.Page.Queue (component) where

import Prelude

import Data.Array (filter, null)
import Data.Maybe (Maybe(..))
import Halogen as H
import Halogen.HTML as HH
import Retail.AppM (AppM)
import Retail.Component.Html (button, classes, danger)
import Retail.Data.Money (showMoney)
import Retail.Data.Queue (Queued, State(..), isWaiting, saleIdText)
import Retail.Data.Time (showTime)
import Retail.Till.Sync (flush, forget, keep)
import Data.String (take)

type Model = { queued :: Array Queued, unread :: Int }

data Action = Receive Model | SendNow | Again Queued | Settle Queued

component :: forall query output. H.Component query Model output AppM
component = H.mkComponent
  { initialState: identity
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, receive = Just <<< Receive }
  }

render :: forall w. Model -> HH.HTML w Action
render { queued, unread } = HH.main [ classes "page" ]
  [ HH.h1_ [ HH.text "Not confirmed yet" ]
  , if null queued && unread == 0 then HH.p_ [ HH.text "Nothing waits: the server has confirmed every sale of this browser." ]
    else HH.p_
      [ HH.text "These sales are kept in this browser. They are sent by themselves as soon as the server answers; sending one again books nothing twice." ]
  , HH.p [ classes "bad" ]
      [ HH.text
          ( if unread == 0 then ""
            else show unread <> " more were kept by another version of the till. Load that version again to send them; they stay in this browser until then."
          )
      ]
  , HH.ul [ classes "cards" ] (map row queued)
  , HH.div [ classes "actions" ] [ button "Send now" "" (not (null (filter isWaiting queued))) SendNow ]
  ]
  where
  row one = HH.li [ classes "card" ]
    [ HH.p_ [ HH.strong_ [ HH.text (showMoney one.currency one.due) ], HH.text (" · " <> showTime one.at <> " · sale " <> take 8 (saleIdText one)) ]
    , case one.state of
        Waiting -> HH.p_ [ HH.text "Waits for the server." ]
        Attention reason -> HH.div_
          [ HH.p [ classes "bad" ] [ HH.text reason ]
          , HH.div [ classes "actions" ] [ button "Try again" "" true (Again one), danger "It is settled: forget it here" "" true (Settle one) ]
          ]
    ]

handle :: forall slots output. Action -> H.HalogenM Model Action slots output AppM Unit
handle = case _ of
  Receive model -> H.put model
  SendNow -> flush
  Again one -> keep one { state = Waiting } *> flush
  Settle one -> forget one

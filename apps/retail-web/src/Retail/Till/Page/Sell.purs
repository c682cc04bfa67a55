-- | The counter: scan, price, pay, next.
module Retail.Till.Page.Sell (component) where

import Prelude

import Data.Array (deleteAt, length, null)
import Data.Foldable (for_)
import Data.Maybe (Maybe(..), fromMaybe, isNothing)
import Effect.Class (liftEffect)
import Halogen as H
import Retail.Api.Types (Method(..))
import Retail.AppM (AppM)
import Retail.Capability.Shared (shared)
import Retail.Component.Page (focus, print, stay)
import Retail.Data.Cart (Entry(..), readEntry)
import Retail.Data.Known (search)
import Retail.Till.Page.Sell.Discount (askDiscount, changeDiscount, giveDiscount)
import Retail.Till.Page.Sell.Keys (actionFor)
import Retail.Till.Page.Sell.Lines (askQuantity, chosen, enter, giveQuantity, more, remove)
import Retail.Till.Page.Sell.Park (dropSale, park)
import Retail.Till.Page.Sell.Pay (changePayment, chargeCard, payCash, startPaying, tender)
import Retail.Till.Page.Sell.Start (start)
import Retail.Till.Page.Sell.State (Action(..), Handle, Input, Stage(..), initial)
import Retail.Till.Page.Sell.View (render)

component :: forall query output. H.Component query Input output AppM
component = H.mkComponent
  { initialState: initial
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

handle :: Action -> Handle Unit
handle = case _ of
  Start -> start
  Key event -> do
    { stage, entry } <- H.get
    action <- liftEffect (actionFor stage (entry == "") event)
    for_ action handleKey
  Entry text -> do
    { known } <- shared
    H.modify_ _
      { entry = text
      , said = Nothing
      , found = case readEntry text of
          Words words -> search words known
          Code _ _ -> []
      }
  EntryDone event -> stay event *> enter
  Take scan -> chosen scan
  Select at -> H.modify_ _ { selected = at }
  More at change -> more at change
  Remove at -> remove at
  AskQuantity -> askQuantity
  QuantityText text -> H.modify_ _ { stage = Measuring text }
  QuantityDone event -> stay event *> giveQuantity
  AskDiscount -> askDiscount
  DiscountText text -> changeDiscount _ { text = text }
  DiscountWhole whole -> changeDiscount _ { whole = whole }
  DiscountDone event -> stay event *> giveDiscount
  Park -> park
  Drop -> dropSale
  Pay -> startPaying
  Amount text -> changePayment _ { amount = text }
  Terminal text -> changePayment _ { terminal = text }
  GiveCash amount -> tender { method: MethodCash, amount, card: Nothing }
  CashDone event -> stay event *> payCash
  ChargeCard -> chargeCard
  Untender at -> changePayment \payment -> payment { tenders = fromMaybe payment.tenders (deleteAt at payment.tenders) }
  Back -> ring
  Print -> liftEffect print
  Next -> ring

-- | Back to the cart.
ring :: Handle Unit
ring = H.modify_ _ { stage = Ringing, said = Nothing } *> focus "entry"

-- | A shortcut without its button does nothing.
handleKey :: Action -> Handle Unit
handleKey action = do
  { priced, busy, basket, selected } <- H.get
  when (isNothing busy) case action of
    Pay | isNothing priced -> pure unit
    Park | isNothing priced -> pure unit
    AskDiscount | null basket.lines -> pure unit
    AskQuantity | null basket.lines -> pure unit
    More _ change -> handle (More selected change)
    Remove _ -> handle (Remove selected)
    Select step -> handle (Select (max 0 (min (length basket.lines - 1) (selected + step))))
    _ -> handle action

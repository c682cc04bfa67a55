-- | Something off one line, or off the whole cart.
module Retail.Till.Page.Sell.Discount (askDiscount, changeDiscount, giveDiscount) where

import Prelude

import Data.Maybe (Maybe(..))
import Data.String (Pattern(..), stripSuffix, trim)
import Halogen as H
import Retail.Component.Page (focus)
import Retail.Data.Cart (setDiscount)
import Retail.Data.Money (readMoney, readPoints)
import Retail.Till.Page.Sell.Counter (complain)
import Retail.Till.Page.Sell.Price (reprice)
import Retail.Till.Page.Sell.State (Handle, Stage(..))

askDiscount :: Handle Unit
askDiscount = H.modify_ _ { stage = Discounting { text: "", whole: false }, said = Nothing } *> focus "discount"

changeDiscount :: ({ text :: String, whole :: Boolean } -> { text :: String, whole :: Boolean }) -> Handle Unit
changeDiscount change = H.modify_ \state -> case state.stage of
  Discounting typed -> state { stage = Discounting (change typed) }
  _ -> state

giveDiscount :: Handle Unit
giveDiscount = do
  { stage, me, basket, selected } <- H.get
  case stage of
    Discounting { text, whole } -> case discountOf me.organisation.currency (trim text) of
      Nothing -> complain "A discount is a percentage such as 10% or an amount such as 2.50."
      Just discount -> do
        H.modify_ _
          { basket = if whole then basket { discount = discount } else setDiscount discount selected basket
          , stage = Ringing
          , said = Nothing
          }
        focus "entry"
        reprice
    _ -> pure unit
  where
  discountOf currency text = case text, stripSuffix (Pattern "%") text of
    "", _ -> Just Nothing
    _, Just points -> (\percent -> Just { percent: Just percent, amount: Nothing }) <$> readPoints points
    _, Nothing -> (\amount -> Just { percent: Nothing, amount: Just amount }) <$> readMoney currency text

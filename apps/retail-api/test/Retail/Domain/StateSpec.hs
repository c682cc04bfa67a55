module Retail.Domain.StateSpec (spec) where

import Control.Monad (foldM, replicateM)
import Data.List (nub, sort)
import Data.Maybe (mapMaybe)
import Retail.Domain.Money
import Retail.Domain.Payment
import Retail.Domain.Role
import Retail.Domain.Sale (SaleAction (..), SaleState, move)
import Retail.Domain.Sale qualified as Sale
import Retail.Domain.TillSession
import Test.Hspec
import Test.QuickCheck

spec :: Spec
spec = do
  describe "payment" $ do
    it "allows these moves and no others" $
      [(state, event, next) | state <- [minBound ..], event <- [minBound ..], Just next <- [advance state event]]
        `shouldMatchList` [ (Created, Authorise, Authorised),
                            (Created, Decline, Declined),
                            (Created, Fail, Failed),
                            (Created, Cancel, Cancelled),
                            (Authorised, Settle, Settled),
                            (Authorised, Fail, Failed),
                            (Authorised, Cancel, Cancelled)
                          ]
    it "is settled by one way only" $
      [events | size <- [0 .. 4], events <- replicateM size [minBound ..], foldM advance Created events == Just Settled] `shouldBe` [[Authorise, Settle]]
    it "ends in exactly the states that hold money for good or not at all" $
      filter isFinal [minBound ..] `shouldBe` [Settled, Declined, Failed, Cancelled]
    it "holds money in two states" $ filter holdsMoney [minBound ..] `shouldBe` [Authorised, Settled]
  describe "sale" $ do
    it "reaches every state from open, and leaves no final one" $ do
      reachable move Sale.Open `shouldBe` [minBound ..]
      mapMaybe (move Sale.Completed) [minBound ..] `shouldBe` []
      mapMaybe (move Sale.Voided) [minBound ..] `shouldBe` []
    it "is completed only while open" $
      [state | state <- [minBound .. maxBound :: SaleState], Just Sale.Completed <- [move state Complete]] `shouldBe` [Sale.Open]
  describe "till session" $ do
    it "closes only after a count" $
      [state | state <- [minBound ..], Just Closed <- [step state Close]] `shouldBe` [Counting]
    it "sells only while open" $ filter sells [minBound ..] `shouldBe` [Open]
    it "reaches every state" $ reachable step Open `shouldBe` [minBound ..]
    it "expects what went in less what went out" . property $ \a b c d e ->
      let drawer = Drawer (fromMinorUnits a) (fromMinorUnits b) (fromMinorUnits c) (fromMinorUnits d) (fromMinorUnits e)
       in minorUnits (expectedCash drawer) === a + b - c + d - e
  describe "role" $ do
    it "gives the admin everything, and staff to the admin alone" $ do
      all (permits Admin) [minBound ..] `shouldBe` True
      filter (`permits` ManageStaff) [minBound ..] `shouldBe` [Admin]
    it "lets no cashier give money away" $
      filter (Cashier `permits`) [GiveDiscount, VoidSale, RefundSale, AdjustStock, CloseTill] `shouldBe` []

reachable :: (Ord state, Enum action, Bounded action) => (state -> action -> Maybe state) -> state -> [state]
reachable next start = go [start]
  where
    go known = case filter (`notElem` known) (nub (concat [mapMaybe (next state) [minBound ..] | state <- known])) of
      [] -> sort known
      new -> go (known <> new)

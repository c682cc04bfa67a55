module Retail.MigrateSpec (spec) where

import Control.Concurrent.Async (replicateConcurrently)
import Control.Exception (bracket)
import Data.List (sort)
import Data.Text (Text)
import Database.PostgreSQL.Simple
import Retail.Db.Migrate
import Support.Shop
import Test.Hspec

spec :: Spec
spec = onShop $ do
  it "applies each migration once, however many try at once" $ \Shop {owner} -> do
    migrate owner migrations `shouldReturn` []
    url <- databaseOf owner
    let next = Migration {name = "9999-next", statements = "create table next (id int)"}
    applied <- replicateConcurrently 4 (bracket (connectPostgreSQL url) close (`migrate` (migrations <> [next])))
    sort applied `shouldBe` [[], [], [], ["9999-next"]]
  it "refuses a migration that was changed after it was applied" $ \Shop {owner} ->
    migrate owner [Migration {name = "9999-next", statements = "select 1"}] `shouldThrow` anyIOException
  it "applies a migration that comes later with a lower number" $ \Shop {owner} -> do
    let late = Migration {name = "0000-late", statements = "create table late (id int)"}
    migrate owner (late : migrations) `shouldReturn` ["0000-late"]
    migrate owner (late : migrations) `shouldReturn` []
  it "leaves nothing of a migration that fails" $ \Shop {owner} -> do
    migrate owner [Migration {name = "9998-broken", statements = "create table half (id int); select 1 / 0"}] `shouldThrow` (const True :: Selector SqlError)
    left <- query_ owner "select tablename::text from pg_tables where tablename = 'half' union all select name from migration where name = '9998-broken'"
    (left :: [Only Text]) `shouldBe` []
